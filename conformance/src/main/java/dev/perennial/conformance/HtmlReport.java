package dev.perennial.conformance;

import dev.perennial.conformance.report.HtmlPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes reports as one HTML page that needs no other file: what each rule requires, what the
 * client did, and a picture of each run.
 *
 * @since 0.1.0
 */
public final class HtmlReport {

  private HtmlReport() {}

  /**
   * Writes the page, replacing the file.
   *
   * @param reports of one client, or of several to compare them
   * @throws IllegalArgumentException if there is no report
   * @throws IOException if the file cannot be written
   */
  public static void write(List<Report> reports, Path file) throws IOException {
    HtmlPage.write(reports, file);
  }
}
