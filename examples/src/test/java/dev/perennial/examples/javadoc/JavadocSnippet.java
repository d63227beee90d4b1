package dev.perennial.examples.javadoc;

import dev.perennial.examples.Snippets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A block between {@code <pre>{@code} and {@code }</pre>} in a comment of a published library. It
 * is a compilation unit, methods, or statements, and becomes a class that compiles by itself.
 *
 * @param place file and line
 */
record JavadocSnippet(Path file, int line, String code) {
  private static final Pattern BLOCK =
      Pattern.compile("<pre>\\{@code\\n(.*?)\\n *\\* }</pre>", Pattern.DOTALL);
  private static final Pattern TYPE =
      Pattern.compile("(?m)^(?:(?:public|final|abstract) )*(?:class|interface|record|enum) ");
  private static final Pattern METHOD =
      Pattern.compile("^(?!new |return )[\\w<>?, ]+ \\w+\\([^=]*\\{\\n");

  /** Returns all snippets of the published libraries. */
  static List<JavadocSnippet> all() throws IOException {
    List<JavadocSnippet> snippets = new ArrayList<>();
    for (Path library : libraries()) {
      for (Path file : sources(library)) {
        String source = Files.readString(file);
        Matcher block = BLOCK.matcher(source);
        while (block.find()) {
          int line = (int) source.substring(0, block.start()).lines().count();
          snippets.add(new JavadocSnippet(file, line, withoutMargin(block.group(1))));
        }
      }
    }
    return snippets;
  }

  /** Returns the packages that the published libraries export, without the word import. */
  static List<String> exportedPackages() throws IOException {
    Pattern exports = Pattern.compile("(?m)^ *exports ([\\w.]+);");
    List<String> packages = new ArrayList<>();
    for (Path library : libraries()) {
      Matcher export =
          exports.matcher(Files.readString(library.resolve("src/main/java/module-info.java")));
      while (export.find()) {
        packages.add(export.group(1));
      }
    }
    return packages;
  }

  /** Returns the folders of the modules that inherit from the library parent. */
  private static List<Path> libraries() throws IOException {
    List<Path> libraries = new ArrayList<>();
    try (Stream<Path> folders = Files.list(Snippets.ROOT)) {
      for (Path folder : folders.sorted().toList()) {
        Path pom = folder.resolve("pom.xml");
        if (Files.exists(folder.resolve("src/main/java/module-info.java"))
            && Files.readString(pom)
                .contains("<artifactId>perennial-library-parent</artifactId>")) {
          libraries.add(folder);
        }
      }
    }
    return libraries;
  }

  private static List<Path> sources(Path library) throws IOException {
    try (Stream<Path> files = Files.walk(library.resolve("src/main/java"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static String withoutMargin(String comment) {
    return comment
        .lines()
        .map(line -> line.replaceFirst("^ *\\* ?", "") + "\n")
        .reduce("", String::concat);
  }

  /**
   * Returns a compilation unit in the package. A snippet that is one already keeps its own imports;
   * to the others {@code imports} are added, and the members of {@link SnippetNames}.
   */
  String unit(String packageName, String imports) {
    String head = "package " + packageName + ";\n";
    if (code.startsWith("import ")) {
      return head + code;
    }
    if (TYPE.matcher(code).find()) {
      return head + imports + code;
    }
    String members =
        METHOD.matcher(code).find() ? code : "void snippet() throws Exception {\n" + code + "}\n";
    return head + imports + "abstract class Snippet extends SnippetNames {\n" + members + "}\n";
  }

  @Override
  public String toString() {
    return Snippets.ROOT.relativize(file) + ":" + line;
  }
}
