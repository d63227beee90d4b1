package dev.perennial.conformance;

import dev.perennial.conformance.report.MarkdownPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes reports as Markdown tables of rules by clients.
 *
 * @since 0.1.0
 */
public final class MarkdownReport {

  private MarkdownReport() {}

  /**
   * Writes the tables, replacing the file. The same results give the same file.
   *
   * @param reports one for each client
   * @param command what generates the file, to be shown in it
   * @throws IllegalArgumentException if there is no report
   * @throws IOException if the file cannot be written
   */
  public static void write(List<Report> reports, String command, Path file) throws IOException {
    MarkdownPage.write(reports, command, file);
  }
}
