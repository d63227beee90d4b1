package dev.perennial.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Writes {@code target/architecture-report.txt}. */
class ArchitectureReportTest {
  private static final Path REPORT = Path.of("target", "architecture-report.txt");

  @Test
  @Timeout(180) // It starts four JVMs, one of them under a debugger.
  @EnabledForJreRange(max = JRE.JAVA_23, disabledReason = "a debugger lists no virtual threads")
  void theFiguresAreMeasured() throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "architecture").toAbsolutePath());

    ArchitectureReport report = ArchitectureReport.measure(folder);

    Files.writeString(REPORT, report.text());
    assertEquals(
        List.of(
            Walks.BYTE_TO_EVENT,
            Walks.SUBSCRIBE_TO_CONNECT,
            Walks.REFUSAL_TO_WAIT,
            Walks.ACKNOWLEDGEMENT_TO_FILE),
        List.copyOf(report.walks().keySet()));
  }
}
