package dev.perennial.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.conformance.scenario.RecordedStep;
import dev.perennial.conformance.scenario.RecordedSteps;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioResult;
import dev.perennial.conformance.scenario.ScenarioRun;
import dev.perennial.conformance.scenario.TimeScale;
import dev.perennial.conformance.scenario.Trace;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TracedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file with what the servers of one run did, byte by byte, which can be played to a client again.
 *
 * <pre>{@code
 * for (Result result : report.results(Verdict.FAILED)) {
 *   TraceFile.write(result, report.speed(), Path.of(result.rule().id() + ".json"));
 * }
 * Result again = TraceFile.read(Path.of("resume-02.json")).play(new MyClient());
 * }</pre>
 *
 * <p>RecordedStep back, each request gets the bytes, pauses and faults that the request of that
 * number got, whatever it asks for. The handshake of a WebSocket is made anew, pings are answered,
 * and where the rule's server waits for something to be seen, it waits for it again. Settings, and
 * what has to be seen, are those of the rule. Immutable.
 *
 * @since 0.1.0
 */
public final class TraceFile {
  private static final String FORMAT = "perennial-trace/1";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Rule rule;
  private final Protocol protocol;
  private final double speed;
  private final Verdict verdict;
  private final JsonNode connections;

  private TraceFile(
      Rule rule, Protocol protocol, double speed, Verdict verdict, JsonNode connections) {
    this.rule = rule;
    this.verdict = verdict;
    this.protocol = protocol;
    this.speed = speed;
    this.connections = connections;
  }

  /** Returns the rule. */
  public Rule rule() {
    return rule;
  }

  /** Returns the transport. */
  public Protocol protocol() {
    return protocol;
  }

  /** Returns how many times faster than the scenario's own time it ran, and will be replayed. */
  public double speed() {
    return speed;
  }

  /** Returns the verdict of the recorded run. */
  public Verdict verdict() {
    return verdict;
  }

  // ---- Writing ----

  /**
   * Saves a run, replacing the file.
   *
   * @param speed the speed of the run
   * @throws IllegalArgumentException if the rule was not run, since it does not apply
   * @throws IOException if the file cannot be written
   */
  public static void write(Result result, double speed, Path file) throws IOException {
    Trace trace = ScenarioResult.traceOf(result);
    if (trace == null) {
      throw new IllegalArgumentException(
          "result must be of a rule that was run but was " + result.key() + ", not applicable");
    }
    ObjectNode root =
        JSON.createObjectNode()
            .put("format", FORMAT)
            .put("rule", result.rule().id())
            .put("transport", result.protocol().label())
            .put("speed", speed)
            .put("verdict", result.verdict().label());
    result.problems().forEach(root.putArray("problems")::add);
    ArrayNode connections = root.putArray("connections");
    List<RecordedStep> recording = ScenarioResult.recordingOf(result);
    RecordedSteps steps = new RecordedSteps(result.protocol(), speed);
    for (TracedRequest request : trace.requests()) {
      ObjectNode connection =
          connections
              .addObject()
              .put("number", request.number())
              .put("isAtOther", request.isAtOther())
              .put("atMillis", request.atNanos() / 1e6)
              .put("request", request.request().toString())
              .put("cursor", request.cursor());
      steps.write(
          recording.stream().filter(step -> step.connection() == request.number()).toList(),
          connection.putArray("steps"));
    }
    ArrayNode seen = root.putArray("seen");
    trace.all().forEach(event -> seen.add(json(event)));
    Files.write(file, JSON.writeValueAsBytes(root));
  }

  /** Writes an event of the trace, for people only: it is not read back. */
  private static ObjectNode json(TraceEvent event) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("atMillis", event.atNanos() / 1e6)
            .put("by", event.kind().isServers() ? "server" : "client")
            .put("what", event.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .put("number", event.number())
            .put("text", event.text());
    if (event.kind() == TraceEvent.Kind.EVENT) {
      node.put("id", event.id()).put("type", event.type());
    }
    return node;
  }

  // ---- Reading ----

  /**
   * Reads a file.
   *
   * @throws IOException if the file cannot be read, or is not the trace of a known rule
   */
  public static TraceFile read(Path file) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not a trace: it is not JSON: " + e.getOriginalMessage(), e);
    }
    String format = root.path("format").asText();
    if (!format.equals(FORMAT)) {
      throw new IOException(
          file + " is not a trace: format must be " + FORMAT + " but was \"" + format + "\"");
    }
    try {
      double speed = RecordedSteps.required(root, "speed").asDouble();
      TimeScale.of(speed);
      TraceFile trace =
          new TraceFile(
              ruleOf(RecordedSteps.required(root, "rule").asText()),
              Protocol.ofLabel(RecordedSteps.required(root, "transport").asText()),
              speed,
              RecordedSteps.required(root, "verdict").asText().equals(Verdict.PASSED.label())
                  ? Verdict.PASSED
                  : Verdict.FAILED,
              RecordedSteps.required(root, "connections"));
      if (!trace.rule.protocols().contains(trace.protocol)) {
        throw new IOException(trace.rule.id() + " is not about " + trace.protocol);
      }
      trace.scenario();
      return trace;
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(file + " is not a trace that can be read: " + e.getMessage(), e);
    }
  }

  private static Rule ruleOf(String id) throws IOException {
    for (Rule rule : Rules.all()) {
      if (rule.id().equals(id)) {
        return rule;
      }
    }
    throw new IOException("there is no rule \"" + id + "\"");
  }

  /** Returns why the file cannot be replayed, in a sentence; null when it can. */
  public @Nullable String unplayable() {
    for (JsonNode connection : connections) {
      for (JsonNode step : connection.path("steps")) {
        if (step.has("cutFrom")) {
          return "A trace of "
              + rule.id()
              + "/"
              + protocol
              + " cannot be played back: of a write of "
              + step.path("cutFrom").asLong()
              + " bytes to connection "
              + connection.path("number").asInt()
              + " only the beginning was kept.";
        }
      }
    }
    return null;
  }

  // ---- Playing ----

  /**
   * Plays the file to a client, and judges the client by the rule. A client whose delays cannot be
   * set gets {@code retry:} as in any run.
   *
   * @throws IllegalArgumentException if the client does not speak the transport
   * @throws IllegalStateException if the file is {@link #unplayable}
   * @throws InterruptedException if the thread is interrupted; the stream is closed then
   */
  public Result play(ClientUnderTest client) throws InterruptedException {
    if (!client.protocols().contains(protocol)) {
      throw new IllegalArgumentException(
          "client must speak "
              + protocol
              + " but "
              + client.name()
              + " speaks "
              + client.protocols());
    }
    String unplayable = unplayable();
    if (unplayable != null) {
      throw new IllegalStateException(unplayable);
    }
    try {
      return ScenarioRun.run(client, rule, scenario(), TimeScale.of(speed));
    } catch (IOException e) {
      throw new IllegalStateException("It could be read before: " + e.getMessage(), e);
    }
  }

  private Scenario scenario() throws IOException {
    return RecordedSteps.scenarioOf(rule, protocol, speed, connections);
  }
}
