package dev.perennial.published;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Javadoc of all published libraries in one folder, so that their pages link to each other.
 * Each library also has a Javadoc jar, but that cannot link to the other libraries.
 */
final class AggregatedJavadoc {
  private static final Pattern LINK = Pattern.compile("<a href=\"([^\":]+)\"[^>]*>([^<]*)</a>");

  private final Path folder;

  private AggregatedJavadoc(Path folder) {
    this.folder = folder;
  }

  /** Writes the pages to {@code folder}. What is there already is removed. */
  static AggregatedJavadoc write(Path folder) throws IOException {
    delete(folder);
    StringWriter output = new StringWriter();
    PrintWriter writer = new PrintWriter(output);
    ToolProvider javadoc = ToolProvider.findFirst("javadoc").orElseThrow();

    int status = javadoc.run(writer, writer, arguments(folder).toArray(String[]::new));

    writer.flush();
    if (status != 0 || !output.toString().isEmpty()) {
      throw new AssertionError("Javadoc ended with " + status + ":\n" + output);
    }
    return new AggregatedJavadoc(folder);
  }

  private static List<String> arguments(Path folder) {
    List<Artifact> libraries = Artifact.published().toList();
    String title = "Perennial " + Artifact.ROOT_POM.text("/project/version");
    List<String> arguments =
        new ArrayList<>(List.of("-d", folder.toString(), "-encoding", "UTF-8", "-quiet"));
    arguments.addAll(List.of("-notimestamp", "-Xdoclint:all,-missing"));
    arguments.addAll(List.of("-windowtitle", title, "-doctitle", title));
    arguments.addAll(List.of("--module-path", dependencies(), "--class-path", dependencies()));
    for (Artifact library : libraries) {
      String module = library.moduleName();
      arguments.addAll(List.of("--module-source-path", module + "=" + library.sources()));
      // For annotations without a module, which are read from the class path.
      arguments.addAll(List.of("--add-reads", module + "=ALL-UNNAMED"));
    }
    arguments.add("--module");
    arguments.add(libraries.stream().map(Artifact::moduleName).collect(Collectors.joining(",")));
    return arguments;
  }

  /** Returns the jars on the class path of this test, other than those of the libraries. */
  private static String dependencies() {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(classPath.split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .filter(entry -> !Path.of(entry).startsWith(Artifact.ROOT))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  Path page(Class<?> type) {
    String name = type.getCanonicalName().substring(type.getPackageName().length() + 1);
    String module =
        Artifact.published()
            .filter(library -> library.exports(type.getPackageName()))
            .map(Artifact::moduleName)
            .findFirst()
            .orElseThrow();
    return folder.resolve(Path.of(module, type.getPackageName().replace('.', '/'), name + ".html"));
  }

  /** Returns the links to methods on a page: the file and the anchor, by the text of the link. */
  static Map<String, List<String>> links(Path page) throws IOException {
    Map<String, List<String>> links = new LinkedHashMap<>();
    Matcher link = LINK.matcher(Files.readString(page));
    while (link.find()) {
      links.computeIfAbsent(link.group(2), text -> new ArrayList<>()).add(link.group(1));
    }
    return links;
  }

  /** Returns whether a link on a page leads to an existing anchor. */
  static boolean resolves(Path page, String link) {
    String[] parts = URLDecoder.decode(link, StandardCharsets.UTF_8).split("#", 2);
    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
    try {
      return Files.exists(target)
          && (parts.length == 1 || Files.readString(target).contains("id=\"" + parts[1] + "\""));
    } catch (IOException e) {
      throw new AssertionError(target.toString(), e);
    }
  }
}
