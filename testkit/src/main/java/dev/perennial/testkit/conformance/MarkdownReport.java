package dev.perennial.testkit.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reports as a table of rules by clients, in Markdown. */
public final class MarkdownReport {
  private MarkdownReport() {}

  /**
   * Writes the table, replacing the file.
   *
   * @param reports one for each client
   * @param command what makes the file, for its readers
   * @throws IOException when the file cannot be written
   */
  public static void write(List<Report> reports, String command, Path file) throws IOException {
    StringBuilder out = new StringBuilder("# Who passes what\n\nMade by `" + command + "`.\n");
    reports.forEach(
        report ->
            out.append("\n- ")
                .append(report.subject())
                .append(": ")
                .append(report.results(Verdict.PASSED).size())
                .append(" passed"));
    Files.writeString(file, out.append('\n'), UTF_8);
  }
}
