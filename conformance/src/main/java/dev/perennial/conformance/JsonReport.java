package dev.perennial.conformance;

import dev.perennial.conformance.report.JsonDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes reports as JSON, with the whole trace of each run, for programs.
 *
 * @since 0.1.0
 */
public final class JsonReport {

  private JsonReport() {}

  /**
   * Writes one object with all reports, replacing the file. Times within a run are nanoseconds
   * since it began, and sent bytes are in Base64.
   *
   * @param reports any number of reports
   * @throws IOException if the file cannot be written
   */
  public static void write(List<Report> reports, Path file) throws IOException {
    JsonDocument.write(reports, file);
  }
}
