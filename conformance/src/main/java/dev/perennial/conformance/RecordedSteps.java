package dev.perennial.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.WebSocketFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** The steps of one connection as JSON, and back. */
final class RecordedSteps {
  private static final long NANOS_PER_MICRO = 1_000;

  private final Protocol protocol;
  private final double speed;

  RecordedSteps(Protocol protocol, double speed) {
    this.protocol = protocol;
    this.speed = speed;
  }

  // ---- Writing ----

  /** Each with the pause before it. */
  void write(List<RecordedStep> played, ArrayNode steps) {
    long pauseNanos = 0;
    for (RecordedStep one : played) {
      if (one.step() instanceof Step.Pause pause) {
        pauseNanos += TimeScale.of(speed).real(pause.time()).toNanos();
        continue;
      }
      ObjectNode node = steps.addObject();
      node.put("atMillis", one.atNanos() / 1e6);
      putPause(node, pauseNanos);
      pauseNanos = 0;
      write(one, node);
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

  private void write(RecordedStep played, ObjectNode node) {
    Step step = played.step();
    if (step instanceof Step.Answer answer) {
      node.put("do", "answer").put("status", answer.status());
      strings(node.putArray("headers"), answer.headerLines());
      node.put("body", answer.body());
    } else if (step instanceof Step.Open open) {
      node.put("do", "open").put("framing", framing(open)).put("contentType", open.contentType());
      strings(node.putArray("headers"), open.headerLines());
    } else if (step instanceof Step.Send send) {
      bytes(node.put("do", "send"), send.words(), played);
    } else if (step instanceof Step.Raw raw) {
      bytes(node.put("do", "raw"), raw.words(), played);
    } else if (step instanceof Step.Flood flood) {
      bytes(node.put("do", "flood"), flood.words(), played);
      node.put("total", flood.bytes());
    } else if (step instanceof Step.Close close) {
      WebSocketFrame frame = close.frame();
      node.put("do", "close").put("code", frame.closeCode()).put("payload", frame.payload());
      node.put("rsv", frame.rsv()).put("isFinal", frame.isFinal());
    } else if (step instanceof Step.Break cut) {
      node.put("do", "cut").put("how", label(cut.how()));
    } else if (step instanceof Step.Await await) {
      node.put("do", "await").put("words", await.words());
    } else if (step instanceof Step.End) {
      node.put("do", "end");
    } else if (step instanceof Step.Hold) {
      node.put("do", "hold");
    } else {
      throw new IllegalStateException("A step that is never kept: " + step);
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

  private static void bytes(ObjectNode node, String words, RecordedStep played) {
    node.put("words", words).put("bytes", RecordedStep.bytesOf(played.step()));
    if (!played.isWhole()) {
      node.put("cutFrom", played.size());
    }
  }

  private static String label(Cut cut) {
    return cut.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  // ---- Reading ----

  /**
   * The same steps.
   *
   * @param waits of the rule's own reply: what is waited for cannot be written down
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
    String act = TraceFile.required(node, "do").asText();
    return switch (act) {
      case "answer" ->
          new Step.Answer(
              TraceFile.required(node, "status").asInt(),
              strings(node.path("headers")),
              node.path("body").asText());
      case "open" ->
          new Step.Open(
              node.path("contentType").asText(),
              strings(node.path("headers")),
              !node.path("framing").asText().equals("until-close"));
      case "send" -> new Step.Send(bytes(node, "bytes"), words(node));
      case "raw" -> new Step.Raw(bytes(node, "bytes"), words(node));
      case "flood" ->
          new Step.Flood(
              bytes(node, "bytes"), TraceFile.required(node, "total").asLong(), words(node));
      case "close" -> new Step.Close(close(node));
      case "cut" -> new Step.Break(cut(TraceFile.required(node, "how").asText()));
      case "await" -> next(waits, node);
      case "end" -> new Step.End();
      case "hold" -> new Step.Hold();
      default -> throw new IOException("do must be a step of a trace but was \"" + act + "\"");
    };
  }

  private static Step next(Iterator<Step.Await> waits, JsonNode node) throws IOException {
    if (!waits.hasNext()) {
      throw new IOException("The rule has changed: it no longer " + words(node));
    }
    return waits.next();
  }

  private static String words(JsonNode node) {
    return node.path("words").asText();
  }

  private static byte[] bytes(JsonNode node, String field) throws IOException {
    JsonNode value = TraceFile.required(node, field);
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
}
