package dev.perennial.conformance.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Rule;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.WebSocketFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** Writes the steps of one connection as JSON, and reads them back. */
public final class RecordedSteps {
  private static final long NANOS_PER_MICRO = 1_000;

  private final Protocol protocol;
  private final double speed;

  public RecordedSteps(Protocol protocol, double speed) {
    this.protocol = protocol;
    this.speed = speed;
  }

  // ---- Writing ----

  /** Writes each step with the pause before it. */
  public void write(List<RecordedStep> recorded, ArrayNode steps) {
    long pauseNanos = 0;
    for (RecordedStep step : recorded) {
      if (step.step() instanceof Step.Pause pause) {
        pauseNanos += TimeScale.of(speed).real(pause.time()).toNanos();
        continue;
      }
      ObjectNode node = steps.addObject();
      node.put("atMillis", step.atNanos() / 1e6);
      putPause(node, pauseNanos);
      pauseNanos = 0;
      write(step, node);
    }
    if (pauseNanos > 0) {
      putPause(steps.addObject().put("do", "nothing"), pauseNanos);
    }
  }

  private static void putPause(ObjectNode node, long nanos) {
    if (nanos > 0) {
      node.put("pauseMicros", nanos / NANOS_PER_MICRO);
    }
  }

  private void write(RecordedStep recorded, ObjectNode node) {
    Step step = recorded.step();
    if (step instanceof Step.Answer answer) {
      node.put("do", "answer").put("status", answer.status());
      strings(node.putArray("headers"), answer.headerLines());
      node.put("body", answer.body());
    } else if (step instanceof Step.Open open) {
      node.put("do", "open").put("framing", framing(open)).put("contentType", open.contentType());
      strings(node.putArray("headers"), open.headerLines());
    } else if (step instanceof Step.Send send) {
      bytes(node.put("do", "send"), send.description(), recorded);
    } else if (step instanceof Step.Raw raw) {
      bytes(node.put("do", "raw"), raw.description(), recorded);
    } else if (step instanceof Step.Flood flood) {
      bytes(node.put("do", "flood"), flood.description(), recorded);
      node.put("total", flood.bytes());
    } else if (step instanceof Step.Close close) {
      WebSocketFrame frame = close.frame();
      node.put("do", "close").put("code", frame.closeCode()).put("payload", frame.payload());
      node.put("rsv", frame.rsv()).put("isFinal", frame.isFinal());
    } else if (step instanceof Step.Break cut) {
      node.put("do", "cut").put("how", label(cut.how()));
    } else if (step instanceof Step.Await await) {
      node.put("do", "await").put("words", await.description());
    } else if (step instanceof Step.End) {
      node.put("do", "end");
    } else if (step instanceof Step.Hold) {
      node.put("do", "hold");
    } else if (step instanceof Step.StopReading) {
      node.put("do", "stop-reading");
    } else if (step instanceof Step.ReadOn) {
      node.put("do", "read-on");
    } else if (step instanceof Step.IgnorePings) {
      node.put("do", "ignore-pings");
    } else if (step instanceof Step.Reset reset) {
      node.put("do", "reset").put("code", reset.code());
    } else if (step instanceof Step.GoAway) {
      node.put("do", "go-away");
    } else if (step instanceof Step.Freeze) {
      node.put("do", "freeze");
    } else {
      throw new IllegalStateException("Steps of this type are not recorded: " + step);
    }
  }

  private String framing(Step.Open open) {
    if (protocol == Protocol.WEBSOCKET) {
      return "websocket";
    }
    return open.isChunked() ? "chunked" : "until-close";
  }

  private static void strings(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }

  private static void bytes(ObjectNode node, String description, RecordedStep recorded) {
    node.put("words", description).put("bytes", RecordedStep.bytesOf(recorded.step()));
    if (!recorded.isWhole()) {
      node.put("cutFrom", recorded.size());
    }
  }

  private static String label(Cut cut) {
    return cut.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  // ---- Reading ----

  /**
   * Reads the steps.
   *
   * @param waits of the rule's own reply, since their conditions cannot be written as JSON
   */
  Reply read(JsonNode steps, Iterator<Step.Await> waits) throws IOException {
    Reply reply = Reply.silent(protocol);
    for (JsonNode node : steps) {
      long pauseMicros = node.path("pauseMicros").asLong();
      if (pauseMicros > 0) {
        reply.pause(Duration.ofNanos((long) (pauseMicros * NANOS_PER_MICRO * speed)));
      }
      if (!node.path("do").asText().equals("nothing")) {
        reply.step(step(node, waits));
      }
    }
    return reply;
  }

  private static Step step(JsonNode node, Iterator<Step.Await> waits) throws IOException {
    String act = required(node, "do").asText();
    return switch (act) {
      case "answer" ->
          new Step.Answer(
              required(node, "status").asInt(),
              strings(node.path("headers")),
              node.path("body").asText());
      case "open" ->
          new Step.Open(
              node.path("contentType").asText(),
              strings(node.path("headers")),
              !node.path("framing").asText().equals("until-close"));
      case "send" -> new Step.Send(bytes(node, "bytes"), description(node));
      case "raw" -> new Step.Raw(bytes(node, "bytes"), description(node));
      case "flood" ->
          new Step.Flood(bytes(node, "bytes"), required(node, "total").asLong(), description(node));
      case "close" -> new Step.Close(close(node));
      case "cut" -> new Step.Break(cut(required(node, "how").asText()));
      case "await" -> next(waits, node);
      case "end" -> new Step.End();
      case "hold" -> new Step.Hold();
      case "stop-reading" -> new Step.StopReading();
      case "read-on" -> new Step.ReadOn();
      case "ignore-pings" -> new Step.IgnorePings();
      case "reset" -> new Step.Reset(required(node, "code").asInt());
      case "go-away" -> new Step.GoAway();
      case "freeze" -> new Step.Freeze();
      default -> throw new IOException("do must be a step of a trace but was \"" + act + "\"");
    };
  }

  private static Step next(Iterator<Step.Await> waits, JsonNode node) throws IOException {
    if (!waits.hasNext()) {
      throw new IOException("The rule has changed: it no longer " + description(node));
    }
    return waits.next();
  }

  private static String description(JsonNode node) {
    return node.path("words").asText();
  }

  private static byte[] bytes(JsonNode node, String field) throws IOException {
    JsonNode value = required(node, field);
    if (!value.isTextual()) {
      throw new IOException(field + " must be in base64 but was " + value);
    }
    return value.binaryValue();
  }

  private static WebSocketFrame close(JsonNode node) throws IOException {
    WebSocketFrame frame =
        WebSocketFrame.of(WebSocketFrame.CLOSE, bytes(node, "payload"))
            .withRsv(node.path("rsv").asInt());
    return node.path("isFinal").asBoolean(true) ? frame : frame.unfinished();
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(one -> strings.add(one.asText()));
    return strings;
  }

  private static Cut cut(String label) throws IOException {
    for (Cut cut : Cut.values()) {
      if (label(cut).equals(label)) {
        return cut;
      }
    }
    throw new IOException("how must be fin, rst or half-close but was \"" + label + "\"");
  }

  /** Returns a field that must be there. */
  public static JsonNode required(JsonNode node, String field) throws IOException {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      throw new IOException(field + " is missing");
    }
    return value;
  }

  // ---- Whole runs ----

  /**
   * Returns the scenario of a rule with recorded replies.
   *
   * @param connections what was recorded of each connection, in the order of their requests
   */
  public static Scenario scenarioOf(
      Rule rule, Protocol protocol, double speed, JsonNode connections) throws IOException {
    Scenario scenario = ScenarioRule.scenarioOf(rule, protocol);
    List<Reply> here = new ArrayList<>();
    List<Reply> other = new ArrayList<>();
    RecordedSteps steps = new RecordedSteps(protocol, speed);
    for (JsonNode connection : connections) {
      boolean isAtOther = connection.path("isAtOther").asBoolean();
      List<Reply> replies = isAtOther ? other : here;
      Reply original = scenario.replyTo(replies.size() + 1, isAtOther);
      if (original != null) {
        Iterator<Step.Await> waits =
            original.steps().stream()
                .filter(Step.Await.class::isInstance)
                .map(Step.Await.class::cast)
                .iterator();
        replies.add(steps.read(required(connection, "steps"), waits));
      }
    }
    scenario.replaceReplies(here, other);
    return scenario;
  }
}
