package dev.perennial.cli;

import dev.perennial.conformance.HtmlReport;
import dev.perennial.conformance.JsonReport;
import dev.perennial.conformance.JunitXmlReport;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.TraceFile;
import dev.perennial.conformance.Verdict;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder of {@code --report}: a page, files for machines, and the traces of what failed. */
final class ReportFolder {
  private final Path folder;
  private final boolean isOfMany;

  private ReportFolder(Path folder, boolean isOfMany) {
    this.folder = folder;
    this.isOfMany = isOfMany;
  }

  /**
   * Makes the folder where it is not there.
   *
   * @param isOfMany whether several clients are tried, so that their traces are kept apart
   */
  static ReportFolder made(Path folder, boolean isOfMany) throws IOException {
    Files.createDirectories(folder);
    return new ReportFolder(folder, isOfMany);
  }

  /**
   * Makes a folder that was not there before, for a session.
   *
   * @param isWhole whether all was judged; the folder's name says so where it was not
   */
  static ReportFolder madeFor(Report report, boolean isWhole, Path parent) throws IOException {
    String name = fileName(report.subject()) + (isWhole ? "" : "-unfinished");
    for (int number = 1; ; number++) {
      Path folder = parent.resolve(number == 1 ? name : name + "-" + number);
      try {
        return new ReportFolder(Files.createDirectory(folder), false);
      } catch (FileAlreadyExistsException e) {
        // The next number.
      }
    }
  }

  /** The page for people. */
  Path page() {
    return folder.resolve("report.html");
  }

  /** Where the trace of a failure is. */
  Path traceOf(Result result, Report report) {
    return traces(report).resolve(result.rule().id() + "-" + result.protocol().label() + ".json");
  }

  private Path traces(Report report) {
    Path traces = folder.resolve("traces");
    return isOfMany ? traces.resolve(fileName(report.subject())) : traces;
  }

  /** A client's name as that of a file, whatever it is. */
  private static String fileName(String subject) {
    String name = subject.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[.]+", "");
    return name.isEmpty() ? "client" : name;
  }

  /** Replaces what an earlier run wrote. */
  void write(List<Report> reports) throws IOException {
    if (reports.isEmpty()) {
      return; // Each client was skipped, which has been told.
    }
    HtmlReport.write(reports, page());
    JunitXmlReport.write(reports, folder.resolve("junit.xml"));
    JsonReport.write(reports, folder.resolve("report.json"));
    for (Report report : reports) {
      for (Result result : report.results()) {
        Path trace = traceOf(result, report);
        if (result.verdict() == Verdict.FAILED) {
          Files.createDirectories(traces(report));
          TraceFile.write(result, report.speed(), trace);
        } else {
          Files.deleteIfExists(trace); // It failed in an earlier run.
        }
      }
    }
  }
}
