package dev.perennial.cli;

import dev.perennial.testkit.conformance.Report;
import dev.perennial.testkit.conformance.Result;
import dev.perennial.testkit.conformance.Verdict;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What became of a session, in words and in a file. */
final class ConformanceVerdicts {
  private final Report report;
  private final boolean isWhole;

  /**
   * @param isWhole whether all was judged
   */
  ConformanceVerdicts(Report report, boolean isWhole) {
    this.report = report;
    this.isWhole = isWhole;
  }

  /** A line with the numbers, and what was wrong. */
  List<String> lines(Paint paint) {
    List<String> lines = new ArrayList<>();
    List<Result> failed = report.results(Verdict.FAILED);
    String numbers =
        report.subject()
            + ": "
            + report.results(Verdict.PASSED).size()
            + " passed, "
            + failed.size()
            + " failed, "
            + report.results(Verdict.NOT_APPLICABLE).size()
            + " do not apply"
            + (isWhole ? "" : "; it left before the end")
            + " (seed "
            + report.seed()
            + ", "
            + String.format(Locale.ROOT, "%.1f s", report.took().toMillis() / 1e3)
            + ")";
    lines.add(isWhole && report.isPassed() ? paint.green(numbers) : paint.red(numbers));
    for (Result result : failed) {
      String weight = result.isFailure() ? "" : " (" + result.rule().level().label() + ")";
      lines.add("  " + result.key() + weight + ": " + result.rule().sentence());
      result.problems().forEach(problem -> lines.add("    " + problem));
    }
    return lines;
  }

  /** Writes a file that was not there before, and returns it. */
  Path write(Path folder) throws IOException {
    String name = report.subject().replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[.]+", "");
    for (int number = 1; ; number++) {
      Path file = folder.resolve(name + (number == 1 ? "" : "-" + number) + ".json");
      try {
        return Files.writeString(file, json(), StandardOpenOption.CREATE_NEW);
      } catch (FileAlreadyExistsException e) {
        // The next number.
      }
    }
  }

  private String json() {
    String results =
        report.results().stream()
            .map(ConformanceVerdicts::json)
            .collect(Collectors.joining(",\n    "));
    return "{\n  \"name\": "
        + JsonString.of(report.subject())
        + ",\n  \"isWhole\": "
        + isWhole
        + ",\n  \"isPassed\": "
        + report.isPassed()
        + ",\n  \"seed\": "
        + report.seed()
        + ",\n  \"speed\": "
        + report.speed()
        + ",\n  \"tookMillis\": "
        + report.took().toMillis()
        + ",\n  \"results\": [\n    "
        + results
        + "\n  ]\n}\n";
  }

  private static String json(Result result) {
    return "{\"scenario\": "
        + JsonString.of(result.key())
        + ", \"level\": "
        + JsonString.of(result.rule().level().label())
        + ", \"verdict\": "
        + JsonString.of(result.verdict().label())
        + ", \"sentence\": "
        + JsonString.of(result.rule().sentence())
        + ", \"problems\": ["
        + result.problems().stream().map(JsonString::of).collect(Collectors.joining(", "))
        + "]}";
  }
}
