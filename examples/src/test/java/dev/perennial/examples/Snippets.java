package dev.perennial.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The code that documents and examples share: a region of a source between {@code // region name}
 * and {@code // endregion}, and in a document the block of Java or Kotlin behind {@code <!--
 * snippet: File.java#name -->}.
 */
public final class Snippets {
  /** The project. */
  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Where the regions are, and what stands before a file's name in the documents. */
  private static final Map<Path, String> SOURCES =
      Map.of(
          Path.of("examples", "src", "main", "java", "dev", "perennial", "examples"), "",
          Path.of("examples", "src", "test", "java", "dev", "perennial", "examples"), "",
          Path.of("interop", "src", "main", "java", "dev", "perennial", "interop"), "interop/",
          Path.of("interop", "src", "main", "kotlin", "dev", "perennial", "interop"), "interop/",
          Path.of("sdk-android", "src", "robolectric", "java", "dev", "perennial", "android"),
              "sdk-android/");

  private static final Set<String> LANGUAGES = Set.of("```java", "```kotlin");
  private static final Pattern REGION = Pattern.compile("\\s*// region (\\S+)");
  private static final Pattern NAME = Pattern.compile("<!-- snippet: (\\S+) -->");

  /** A marker, and the block of code after it. */
  private static final Pattern SNIPPET =
      Pattern.compile("(<!-- snippet: (\\S+) -->\n```(?:java|kotlin)\n)(?:(?!```).*\n)*```\n");

  private Snippets() {}

  /**
   * A block of Java or Kotlin in a document.
   *
   * @param place document and line
   * @param name the region that it shows; empty when it names none
   */
  record Block(String place, String name, String code) {}

  /**
   * The regions of all sources, such as {@code guide/Gaps.java#snapshot} and {@code
   * interop/KotlinTicks.kt#saved}, each without indent.
   */
  static Map<String, String> regions() throws IOException {
    Map<String, String> regions = new LinkedHashMap<>();
    for (Map.Entry<Path, String> sources : SOURCES.entrySet()) {
      Path folder = ROOT.resolve(sources.getKey());
      for (Path source : files(folder, ".java", ".kt")) {
        String file = folder.relativize(source).toString().replace('\\', '/');
        addRegions(regions, sources.getValue() + file, source);
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

  /** The blocks of Java and Kotlin in the documents at {@code path} within the project. */
  static List<Block> blocks(String path) throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (Path document : files(ROOT.resolve(path), ".md")) {
      List<String> lines = Files.readAllLines(document);
      for (int i = 0; i < lines.size(); i++) {
        if (LANGUAGES.contains(lines.get(i))) {
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

  /** The text of a document, with each block that names a region replaced by that region. */
  static String withBlocks(String document, Map<String, String> regions) {
    return SNIPPET
        .matcher(document)
        .replaceAll(
            block -> {
              String code = regions.get(block.group(2));
              String text = block.group();
              return Matcher.quoteReplacement(
                  code == null ? text : block.group(1) + code + "\n```\n");
            });
  }

  static List<Path> files(Path root, String... suffixes) {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(file -> Stream.of(suffixes).anyMatch(file.toString()::endsWith))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
