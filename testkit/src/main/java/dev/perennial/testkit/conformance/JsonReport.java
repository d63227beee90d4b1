package dev.perennial.testkit.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reports as JSON, with all that was seen in each run, for programs. */
public final class JsonReport {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonReport() {}

  /**
   * Writes an object with all reports, replacing the file.
   *
   * @param reports any number of them
   * @throws IOException when the file cannot be written
   */
  public static void write(List<Report> reports, Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode all = root.putArray("reports");
    reports.forEach(report -> put(report, all.addObject()));
    JSON.writeValue(file.toFile(), root);
  }

  private static void put(Report report, ObjectNode out) {
    out.put("subject", report.subject());
    out.put("seed", report.seed());
    out.put("speed", report.speed());
    out.put("tookMillis", report.took().toMillis());
    out.put("passed", report.isPassed());
    ArrayNode results = out.putArray("results");
    report.results().forEach(result -> put(result, results.addObject()));
  }

  private static void put(Result result, ObjectNode out) {
    Rule rule = result.rule();
    out.put("rule", rule.id());
    out.put("transport", result.protocol().label());
    out.put("verdict", result.verdict().label());
    out.put("level", rule.level().label());
    out.put("area", rule.area().label());
    out.put("sentence", rule.sentence());
    out.put("source", rule.source());
    out.put("tookMillis", result.took().toMillis());
    ArrayNode problems = out.putArray("problems");
    result.problems().forEach(problems::add);
    put(result.trace(), out);
  }

  private static void put(@Nullable Trace trace, ObjectNode out) {
    if (trace == null) {
      return;
    }
    ArrayNode happenings = out.putArray("trace");
    for (Happening one : trace.all()) {
      ObjectNode happening = happenings.addObject();
      happening.put("atNanos", one.atNanos());
      happening.put("kind", one.kind().name());
      happening.put("number", one.number());
      happening.put("text", one.text());
      if (one.id() != null) {
        happening.put("id", one.id());
      }
      if (!one.type().isEmpty()) {
        happening.put("type", one.type());
      }
      if (one.bytes().length > 0) {
        happening.put("bytes", one.bytes());
      }
    }
  }
}
