package dev.perennial.conformance;

import dev.perennial.conformance.report.JunitXmlDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes reports as JUnit XML, which build servers show: a suite for each client and transport.
 *
 * @since 0.1.0
 */
public final class JunitXmlReport {

  private JunitXmlReport() {}

  /**
   * Writes all suites, replacing the file. A rule that does not apply counts as skipped, and so
   * does an optional one that fails.
   *
   * @param reports any number of reports
   * @throws IOException if the file cannot be written
   */
  public static void write(List<Report> reports, Path file) throws IOException {
    JunitXmlDocument.write(reports, file);
  }
}
