package dev.perennial.cli.conformance;

import dev.perennial.testkit.conformance.HtmlReport;
import dev.perennial.testkit.conformance.JsonReport;
import dev.perennial.testkit.conformance.JunitXmlReport;
import dev.perennial.testkit.conformance.Report;
import dev.perennial.testkit.conformance.Result;
import dev.perennial.testkit.conformance.TraceFile;
import dev.perennial.testkit.conformance.Verdict;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder of {@code --report}: an HTML page, JUnit XML, JSON, and the traces of failures. */
final class ReportFolder {
  private final Path folder;
  private final boolean hasManySubjects;

  private ReportFolder(Path folder, boolean hasManySubjects) {
    this.folder = folder;
    this.hasManySubjects = hasManySubjects;
  }

  /**
   * Creates the folder unless it exists.
   *
   * @param hasManySubjects whether several clients are tested, whose traces are kept apart
   */
  static ReportFolder create(Path folder, boolean hasManySubjects) throws IOException {
    Files.createDirectories(folder);
    return new ReportFolder(folder, hasManySubjects);
  }

  /**
   * Creates a new folder for a session of {@code serve}.
   *
   * @param isComplete whether all rules were judged; the name of the folder shows when not
   */
  static ReportFolder createForSession(Report report, boolean isComplete, Path parent)
      throws IOException {
    String name = fileName(report.subject()) + (isComplete ? "" : "-unfinished");
    for (int number = 1; ; number++) {
      Path folder = parent.resolve(number == 1 ? name : name + "-" + number);
      try {
        return new ReportFolder(Files.createDirectory(folder), false);
      } catch (FileAlreadyExistsException e) {
        // Try the next number.
      }
    }
  }

  /** The HTML page. */
  Path page() {
    return folder.resolve("report.html");
  }

  /** The trace of a failure. */
  Path traceOf(Result result, Report report) {
    return traces(report).resolve(result.rule().id() + "-" + result.protocol().label() + ".json");
  }

  private Path traces(Report report) {
    Path traces = folder.resolve("traces");
    return hasManySubjects ? traces.resolve(fileName(report.subject())) : traces;
  }

  /** Turns the name of a client, which may contain anything, into the name of a file. */
  private static String fileName(String subject) {
    String name = subject.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[.]+", "");
    return name.isEmpty() ? "client" : name;
  }

  /** Writes the reports, in place of those of an earlier run. */
  void write(List<Report> reports) throws IOException {
    if (reports.isEmpty()) {
      return; // All clients were skipped, which has been reported.
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
