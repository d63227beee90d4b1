package dev.perennial.conformance.report;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.Verdict;
import dev.perennial.conformance.scenario.ScenarioResult;
import dev.perennial.conformance.scenario.Trace;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TracedRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reports as JSON, with all that was seen in each run, for programs. */
public final class JsonDocument {
  private static final String FORMAT = "perennial-conformance-report/1";

  private final JsonGenerator out;

  private JsonDocument(JsonGenerator out) {
    this.out = out;
  }

  /**
   * Writes one object with all reports, replacing the file. Times within a run are nanoseconds
   * since it began, and the bytes that were sent are Base64.
   *
   * @param reports any number of them
   * @throws IOException when the file cannot be written
   */
  public static void write(List<Report> reports, Path file) throws IOException {
    try (JsonGenerator out = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
      JsonDocument json = new JsonDocument(out);
      out.writeStartObject();
      out.writeStringField("format", FORMAT);
      out.writeArrayFieldStart("reports");
      for (Report report : reports) {
        json.write(report);
      }
      out.writeEndArray();
      out.writeEndObject();
    }
  }

  private void write(Report report) throws IOException {
    out.writeStartObject();
    out.writeStringField("subject", report.subject());
    out.writeNumberField("seed", report.seed());
    out.writeNumberField("speed", report.speed());
    out.writeNumberField("tookMillis", report.took().toMillis());
    out.writeBooleanField("keepsRules", report.isPassed());
    out.writeNumberField("passed", report.results(Verdict.PASSED).size());
    out.writeNumberField("failed", report.results(Verdict.FAILED).size());
    out.writeNumberField("notApplicable", report.results(Verdict.NOT_APPLICABLE).size());
    out.writeArrayFieldStart("results");
    for (Result result : report.results()) {
      write(result);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private void write(Result result) throws IOException {
    Rule rule = result.rule();
    out.writeStartObject();
    out.writeStringField("scenario", result.key());
    out.writeStringField("rule", rule.id());
    out.writeStringField("transport", result.protocol().label());
    out.writeStringField("area", rule.area().label());
    out.writeStringField("sentence", rule.sentence());
    out.writeStringField("source", rule.source());
    out.writeStringField("level", rule.level().label());
    write("needs", rule.needs().stream().sorted().map(Capability::label).toList());
    write("words", rule.describe(result.protocol()));
    out.writeStringField("verdict", result.verdict().label());
    write("problems", result.problems());
    out.writeNumberField("tookMillis", result.took().toMillis());
    out.writeNumberField("runs", result.runs());
    Trace trace = ScenarioResult.traceOf(result);
    if (trace != null) {
      write(trace);
    }
    out.writeEndObject();
  }

  private void write(String name, Collection<String> values) throws IOException {
    out.writeArrayFieldStart(name);
    for (String value : values) {
      out.writeString(value);
    }
    out.writeEndArray();
  }

  private void write(Trace trace) throws IOException {
    List<TracedRequest> requests = trace.requests();
    out.writeArrayFieldStart("trace");
    for (TraceEvent one : trace.all()) {
      out.writeStartObject();
      out.writeNumberField("atNanos", one.atNanos());
      out.writeStringField("kind", one.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
      out.writeNumberField(one.kind().isServers() ? "connection" : "stream", one.number());
      out.writeStringField("text", one.text());
      if (one.kind() == TraceEvent.Kind.EVENT) {
        out.writeStringField("id", one.id());
        out.writeStringField("type", one.type());
      } else if (one.kind() == TraceEvent.Kind.SENT) {
        out.writeBinaryField("bytes", one.bytes());
      } else if (one.kind() == TraceEvent.Kind.REQUEST) {
        write(requests.get(one.number() - 1));
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void write(TracedRequest seen) throws IOException {
    out.writeBooleanField("atOtherOrigin", seen.isAtOther());
    out.writeStringField("cursor", seen.cursor());
    out.writeStringField("method", seen.request().method());
    out.writeStringField("target", seen.request().target());
    out.writeArrayFieldStart("headers");
    for (Map.Entry<String, String> header : seen.request().headers()) {
      out.writeStartArray();
      out.writeString(header.getKey());
      out.writeString(header.getValue());
      out.writeEndArray();
    }
    out.writeEndArray();
    out.writeBinaryField("body", seen.request().body());
  }
}
