package dev.perennial.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Writes {@code target/architecture-report.txt}, and holds its figures below their bounds. */
class ArchitectureReportTest {
  private static final Path REPORT = Path.of("target", "architecture-report.txt");

  private static final String CLASSES = "classes loaded to the first event";
  private static final String RESILIENCE4J = "classes of resilience4j loaded to the first event";
  private static final String FRAMES = "frames on the consumer's stack";

  /**
   * What was measured, and a few more. A change that needs more raises the bound on purpose, with a
   * reason in docs/design/0017-engine-packages.md or a later record.
   */
  private static final Map<String, Integer> BOUNDS =
      Map.of(
          Walks.BYTE_TO_EVENT,
          31,
          Walks.SUBSCRIBE_TO_CONNECT,
          64,
          Walks.REFUSAL_TO_WAIT,
          61,
          Walks.ACKNOWLEDGEMENT_TO_FILE,
          10,
          CLASSES,
          145,
          RESILIENCE4J,
          0,
          FRAMES,
          7);

  @Test
  @Timeout(180) // It starts four JVMs, one of them under a debugger.
  @EnabledForJreRange(max = JRE.JAVA_23, disabledReason = "a debugger lists no virtual threads")
  void noFigureHasOutgrownItsBound() throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "architecture").toAbsolutePath());

    ArchitectureReport report = ArchitectureReport.measure(folder);

    Files.writeString(REPORT, report.text());
    Map<String, Integer> figures = figures(report);
    assertEquals(BOUNDS.keySet(), figures.keySet());
    assertEquals(List.of(), outgrown(figures, BOUNDS));
  }

  @Test
  void figureAboveItsBoundIsNamedWithWhatToDo() {
    assertEquals(List.of(), outgrown(Map.of(FRAMES, 7), BOUNDS));
    assertEquals(
        List.of(
            "frames on the consumer's stack: expected at most 7 but was 8. The names are in"
                + " target/architecture-report.txt; docs/design/0017-engine-packages.md has the"
                + " reasons."),
        outgrown(Map.of(FRAMES, 8), BOUNDS));
  }

  private static Map<String, Integer> figures(ArchitectureReport report) {
    Map<String, Integer> figures = new LinkedHashMap<>();
    for (Map.Entry<String, ? extends Set<String>> walk : report.walks().entrySet()) {
      figures.put(walk.getKey(), walk.getValue().size());
    }
    LoadedClasses first = report.firstEvent();
    figures.put(CLASSES, (int) first.loaded(ArchitectureReport.OURS));
    figures.put(RESILIENCE4J, (int) first.loaded(ArchitectureReport.RESILIENCE4J));
    figures.put(FRAMES, (int) first.frames(ArchitectureReport.OURS));
    return figures;
  }

  private static List<String> outgrown(Map<String, Integer> figures, Map<String, Integer> bounds) {
    List<String> outgrown = new ArrayList<>();
    figures.forEach(
        (name, figure) -> {
          if (figure > bounds.get(name)) {
            outgrown.add(
                name
                    + (": expected at most " + bounds.get(name) + " but was " + figure + ".")
                    + (" The names are in " + REPORT + "; docs/design/0017-engine-packages.md has")
                    + " the reasons.");
          }
        });
    return outgrown;
  }
}
