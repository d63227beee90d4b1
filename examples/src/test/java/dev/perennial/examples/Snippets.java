package dev.perennial.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The code that documents and examples share: a region of a source between {@code // region name}
 * and {@code // endregion}, and in a document the block of Java behind {@code <!-- snippet:
 * File.java#name -->}.
 */
public final class Snippets {
  /** The project. */
  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final List<Path> SOURCES =
      List.of(
          Path.of("src", "main", "java", "dev", "perennial", "examples"),
          Path.of("src", "test", "java", "dev", "perennial", "examples"));

  private static final Pattern REGION = Pattern.compile("\\s*// region (\\S+)");
  private static final Pattern NAME = Pattern.compile("<!-- snippet: (\\S+) -->");

  private Snippets() {}

  /**
   * A block of Java in a document.
   *
   * @param place document and line
   * @param name the region that it shows; empty when it names none
   */
  record Block(String place, String name, String code) {}

  /** The regions of all examples, such as {@code guide/Gaps.java#snapshot}, each without indent. */
  static Map<String, String> regions() throws IOException {
    Map<String, String> regions = new LinkedHashMap<>();
    for (Path sources : SOURCES) {
      for (Path source : files(sources, ".java")) {
        addRegions(regions, sources.relativize(source).toString().replace('\\', '/'), source);
      }
    }
    return regions;
  }

  private static void addRegions(Map<String, String> regions, String file, Path source)
      throws IOException {
    List<String> lines = Files.readAllLines(source);
    for (int i = 0; i < lines.size(); i++) {
      Matcher begin = REGION.matcher(lines.get(i));
      if (begin.matches()) {
        List<String> region = new ArrayList<>();
        for (i++; !lines.get(i).strip().equals("// endregion"); i++) {
          region.add(lines.get(i));
        }
        regions.put(
            file + "#" + begin.group(1), String.join("\n", region).stripTrailing().stripIndent());
      }
    }
  }

  /** The blocks of Java in the documents at {@code path} within the project. */
  static List<Block> blocks(String path) throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (Path document : files(ROOT.resolve(path), ".md")) {
      List<String> lines = Files.readAllLines(document);
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).equals("```java")) {
          String place = ROOT.relativize(document) + ":" + (i + 1);
          Matcher name = NAME.matcher(i == 0 ? "" : lines.get(i - 1));
          List<String> code = new ArrayList<>();
          for (i++; !lines.get(i).equals("```"); i++) {
            code.add(lines.get(i));
          }
          blocks.add(
              new Block(place, name.matches() ? name.group(1) : "", String.join("\n", code)));
        }
      }
    }
    return blocks;
  }

  static List<Path> files(Path root, String suffix) {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
