package dev.perennial.tests.architecture;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The figures of the architecture, measured on the classes that were built: class cycles, files per
 * package, classes loaded and frames on the stack at the first event, and the files that four walks
 * through the SDK touch.
 */
record ArchitectureReport(
    ClassGraph graph,
    Map<String, LoadedClasses> firstEvents,
    Map<String, SortedSet<String>> walks) {
  static final String PERENNIAL = "perennial";
  static final String OURS = "dev.perennial";
  static final String RESILIENCE4J = "io.github.resilience4j";

  private static final String OKHTTP_SSE = "okhttp-sse";
  private static final String OKHTTP_EVENTSOURCE = "okhttp-eventsource";

  /** Measures everything; leaves what it was measured on in {@code folder}. */
  static ArchitectureReport measure(Path folder) throws IOException, InterruptedException {
    Map<String, LoadedClasses> firstEvents = new TreeMap<>();
    for (String client : List.of(PERENNIAL, OKHTTP_SSE, OKHTTP_EVENTSOURCE)) {
      firstEvents.put(client, LoadedClasses.untilFirstEvent(client, folder));
    }
    return new ArchitectureReport(
        ClassGraph.of(ours(), folder.resolve("classes")), firstEvents, WalkTracer.trace(folder));
  }

  /** All classes of this project on the class path, without tests. */
  static JavaClasses ours() {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .withImportOption(new ImportOption.DoNotIncludePackageInfos())
        .withImportOption(location -> !location.contains("module-info"))
        .importPackages(OURS);
  }

  LoadedClasses firstEvent() {
    return firstEvents.get(PERENNIAL);
  }

  String text() {
    StringBuilder text = new StringBuilder("Class cycles between top-level classes\n");
    graph.cycles().forEach(group -> appendNames(text, group.size(), "", group));

    text.append("\nSource files per package, without package-info\n");
    SortedMap<String, Long> files =
        graph.edges().keySet().stream()
            .collect(groupingBy(ArchitectureReport::packageOf, TreeMap::new, counting()));
    files.forEach((name, count) -> text.append(String.format("%5d  %s%n", count, name)));

    text.append("\nAt the first event: classes loaded, frames on the consumer's stack\n");
    appendFirstEvent(text, PERENNIAL, OURS);
    appendFirstEvent(text, PERENNIAL, RESILIENCE4J);
    appendFirstEvent(text, OKHTTP_SSE, "okhttp3.sse");
    appendFirstEvent(text, OKHTTP_EVENTSOURCE, "com.launchdarkly");

    text.append("\nFiles touched\n");
    walks.forEach((walk, touched) -> appendNames(text, touched.size(), walk, touched));
    return text.toString();
  }

  private void appendFirstEvent(StringBuilder text, String client, String packageName) {
    LoadedClasses loaded = firstEvents.get(client);
    text.append(
        String.format(
            "%5d %3d  %s: %s%n",
            loaded.loaded(packageName), loaded.frames(packageName), client, packageName));
  }

  /** Appends qualified names, a line for each package. */
  private static void appendNames(
      StringBuilder text, int count, String title, Collection<String> names) {
    SortedMap<String, String> simpleNames =
        names.stream()
            .collect(
                groupingBy(
                    ArchitectureReport::packageOf,
                    TreeMap::new,
                    mapping(name -> name.substring(packageOf(name).length() + 1), joining(" "))));
    text.append(String.format("%5d  %s", count, title).stripTrailing());
    String indent = title.isEmpty() ? "  " : "\n         ";
    simpleNames.forEach((name, simple) -> text.append(indent).append(name + ": " + simple));
    text.append("\n");
  }

  private static String packageOf(String qualifiedName) {
    return qualifiedName.substring(0, qualifiedName.lastIndexOf('.'));
  }
}
