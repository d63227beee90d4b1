package dev.perennial.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The diagrams of docs/architecture.md are those of the POMs and of the layout table. */
class ArchitecturePageTest {
  private static final Path PAGE = Path.of("docs", "architecture.md");
  private static final String COMMAND =
      "mvn test -pl tests -am -Dtest=ArchitecturePageTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dperennial.write=true";
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*<groupId>dev\\.perennial</groupId>\\s*<artifactId>(perennial-[a-z0-9-]+)"
              + "</artifactId>(.*?)</dependency>",
          Pattern.DOTALL);
  private static final Pattern ARTIFACT =
      Pattern.compile(
          "</parent>.*?<artifactId>(perennial-[a-z0-9-]+)</artifactId>", Pattern.DOTALL);

  /** The folders of the published modules, lowest first. */
  private static final List<String> PUBLISHED =
      List.of(
          "sdk-core",
          "sdk-http",
          "sdk-sse",
          "sdk-ndjson",
          "sdk-websocket",
          "sdk-jackson3",
          "sdk-micrometer",
          "sdk-jdbc",
          "testkit",
          "conformance");

  @Test
  void modulesAreThoseOfThePoms() throws IOException {
    Map<String, Set<String>> uses = new LinkedHashMap<>();
    for (String folder : PUBLISHED) {
      String pom = Files.readString(root().resolve(folder).resolve("pom.xml"));
      Matcher artifact = ARTIFACT.matcher(pom);
      assertTrue(artifact.find(), folder);
      Set<String> used = new TreeSet<>();
      Matcher dependency = DEPENDENCY.matcher(pom);
      while (dependency.find()) {
        if (!dependency.group(2).contains("<scope>test</scope>")) {
          used.add(dependency.group(1));
        }
      }
      uses.put(artifact.group(1), used);
    }

    assertDiagram("modules", uses);
  }

  @Test
  void packagesAreThoseOfTheLayout() throws IOException {
    Map<String, Set<String>> uses = new LinkedHashMap<>();
    PerennialLayout.below("dev.perennial")
        .rows()
        .forEach(
            (name, used) -> {
              if (name.startsWith("internal.")) {
                Set<String> internal = new TreeSet<>();
                used.stream().filter(use -> use.startsWith("internal.")).forEach(internal::add);
                uses.put(name, internal);
              }
            });
    Set<String> all = new TreeSet<>(uses.keySet());
    all.remove("internal.json"); // For the decoders of other modules.
    uses.put("entries of dev.perennial", all);

    assertDiagram("packages", uses);
  }

  private static void assertDiagram(String name, Map<String, Set<String>> uses) throws IOException {
    Path file = root().resolve(PAGE);
    String page = Files.readString(file);
    String begin = "<!-- " + name + " -->\n";
    String end = "<!-- /" + name + " -->";
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf(end);
    assertTrue(from > begin.length() && to >= from, () -> "No " + begin + " in " + PAGE);
    String expected = mermaid(withoutShortcuts(uses));

    if (Boolean.getBoolean("perennial.write")) {
      page = page.substring(0, from) + expected + page.substring(to);
      Files.writeString(file, page);
      to = page.indexOf(end);
    }

    assertEquals(expected, page.substring(from, to), () -> "To write the diagram: " + COMMAND);
  }

  private static String mermaid(Map<String, Set<String>> uses) {
    StringBuilder diagram = new StringBuilder("```mermaid\ngraph TD\n");
    List<String> names = new ArrayList<>(uses.keySet());
    for (String name : names) {
      diagram.append("  n").append(names.indexOf(name)).append("[\"").append(name).append("\"]\n");
    }
    uses.forEach(
        (name, used) ->
            used.forEach(
                use ->
                    diagram
                        .append("  n")
                        .append(names.indexOf(name))
                        .append(" --> n")
                        .append(names.indexOf(use))
                        .append("\n")));
    return diagram.append("```\n").toString();
  }

  /** Leaves out what follows from other arrows. */
  private static Map<String, Set<String>> withoutShortcuts(Map<String, Set<String>> uses) {
    Map<String, Set<String>> direct = new LinkedHashMap<>();
    uses.forEach(
        (name, used) -> {
          Set<String> kept = new TreeSet<>(used);
          used.forEach(use -> kept.removeAll(reachable(uses, use)));
          direct.put(name, kept);
        });
    return direct;
  }

  /** All that a node leads to, without itself. */
  private static Set<String> reachable(Map<String, Set<String>> uses, String from) {
    Set<String> found = new HashSet<>();
    List<String> open = new ArrayList<>(uses.getOrDefault(from, Set.of()));
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (found.add(next)) {
        open.addAll(uses.getOrDefault(next, Set.of()));
      }
    }
    return found;
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve(PAGE))) {
      @Nullable Path parent = folder.getParent();
      if (parent == null) {
        throw new AssertionError("Expected " + PAGE + " above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }
}
