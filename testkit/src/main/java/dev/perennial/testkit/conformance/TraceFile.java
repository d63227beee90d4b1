package dev.perennial.testkit.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the servers of one run did, byte by byte, in a file that can be played to a client again.
 *
 * <pre>{@code
 * for (Result result : report.results(Verdict.FAILED)) {
 *   TraceFile.write(result, report.speed(), Path.of(result.rule().id() + ".json"));
 * }
 * Result again = TraceFile.read(Path.of("resume-02.json")).play(new MyClient());
 * }</pre>
 *
 * <p>Played back, each request gets the bytes, pauses and faults that the request of that number
 * got, whatever it asks for. The handshake of a WebSocket is made anew, pings are answered, and
 * where the rule's server waits for something to be seen, it waits for it again. Settings, and what
 * has to be seen, are those of the rule. Immutable.
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

  /** The rule that was tried. */
  public Rule rule() {
    return rule;
  }

  /** What brought the events. */
  public Protocol protocol() {
    return protocol;
  }

  /** How many times faster than the scenario's own time it ran, and is played back. */
  public double speed() {
    return speed;
  }

  /** What became of it when it was recorded. */
  public Verdict verdict() {
    return verdict;
  }

  // ---- Writing ----

  /**
   * Saves a run, replacing the file.
   *
   * @param speed that it was run with
   * @throws IllegalArgumentException when the rule was not run, since it does not apply
   * @throws IOException when the file cannot be written
   */
  public static void write(Result result, double speed, Path file) throws IOException {
    Trace trace = result.trace();
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
    TraceSteps steps = new TraceSteps(result.protocol(), speed);
    for (SeenRequest request : trace.requests()) {
      ObjectNode connection =
          connections
              .addObject()
              .put("number", request.number())
              .put("isAtOther", request.isAtOther())
              .put("atMillis", request.atNanos() / 1e6)
              .put("request", request.request().toString())
              .put("cursor", request.cursor());
      steps.write(trace.played(request.number()), connection.putArray("steps"));
    }
    ArrayNode seen = root.putArray("seen");
    trace.all().forEach(happening -> seen.add(json(happening)));
    Files.write(file, JSON.writeValueAsBytes(root));
  }

  /** For people: it is not read back. */
  private static ObjectNode json(Happening happening) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("atMillis", happening.atNanos() / 1e6)
            .put("by", happening.kind().isServers() ? "server" : "client")
            .put("what", happening.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .put("number", happening.number())
            .put("text", happening.text());
    if (happening.kind() == Happening.Kind.EVENT) {
      node.put("id", happening.id()).put("type", happening.type());
    }
    return node;
  }

  // ---- Reading ----

  /**
   * Reads what was written.
   *
   * @throws IOException when the file cannot be read, or is no trace of a rule that there is
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
      double speed = required(root, "speed").asDouble();
      TimeScale.of(speed);
      TraceFile trace =
          new TraceFile(
              ruleOf(required(root, "rule").asText()),
              Protocol.ofLabel(required(root, "transport").asText()),
              speed,
              required(root, "verdict").asText().equals(Verdict.PASSED.label())
                  ? Verdict.PASSED
                  : Verdict.FAILED,
              required(root, "connections"));
      if (!trace.rule.protocols().contains(trace.protocol)) {
        throw new IOException(trace.rule.id() + " is not about " + trace.protocol);
      }
      trace.scenario();
      return trace;
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(file + " is not a trace that can be read: " + e.getMessage(), e);
    }
  }

  static JsonNode required(JsonNode node, String field) throws IOException {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      throw new IOException(field + " is missing");
    }
    return value;
  }

  private static Rule ruleOf(String id) throws IOException {
    for (Rule rule : Rules.all()) {
      if (rule.id().equals(id)) {
        return rule;
      }
    }
    throw new IOException("there is no rule \"" + id + "\"");
  }

  /** Why it cannot be played back, in a sentence; null when it can. */
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
   * Plays it to a client, and judges what is seen by the rule. A client that cannot be told delays
   * is sent {@code retry:} as in any run.
   *
   * @throws IllegalArgumentException when the client does not speak the transport
   * @throws IllegalStateException when it is {@link #unplayable}
   * @throws InterruptedException if the thread is interrupted meanwhile; the client was closed then
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
      return Conformance.run(client, rule, scenario(), TimeScale.of(speed));
    } catch (IOException e) {
      throw new IllegalStateException("It could be read before: " + e.getMessage(), e);
    }
  }

  /** The rule's, with replies that are what was recorded. */
  private Scenario scenario() throws IOException {
    Scenario scenario = rule.scenario(protocol);
    List<Reply> here = new ArrayList<>();
    List<Reply> other = new ArrayList<>();
    TraceSteps steps = new TraceSteps(protocol, speed);
    for (JsonNode connection : connections) {
      boolean isAtOther = connection.path("isAtOther").asBoolean();
      List<Reply> replies = isAtOther ? other : here;
      Reply original = scenario.replyTo(replies.size() + 1, isAtOther);
      List<Step.Await> waits =
          original == null
              ? List.of()
              : original.steps().stream()
                  .filter(Step.Await.class::isInstance)
                  .map(Step.Await.class::cast)
                  .toList();
      if (original != null) {
        replies.add(steps.read(required(connection, "steps"), waits.iterator()));
      }
    }
    // What goes on for ever goes on for requests that the recorded run did not see.
    if (scenario.isLastRepeated) {
      here.add(scenario.replies.get(scenario.replies.size() - 1));
    }
    if (!scenario.otherReplies.isEmpty()) {
      other.add(scenario.otherReplies.get(scenario.otherReplies.size() - 1));
    }
    scenario.replies.clear();
    scenario.replies.addAll(here);
    scenario.otherReplies.clear();
    scenario.otherReplies.addAll(other);
    return scenario;
  }
}
