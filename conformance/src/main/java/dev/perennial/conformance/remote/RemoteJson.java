package dev.perennial.conformance.remote;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.Rules;
import dev.perennial.conformance.Verdict;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes the answers of the control protocol as JSON. */
final class RemoteJson {

  private RemoteJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode error(String message) {
    return object().put("error", message);
  }

  // ---- What to do next ----

  static ObjectNode stop(RemoteStream stream) {
    return object()
        .put("do", "stop")
        .put("stream", stream.number())
        .put("scenario", stream.scenario());
  }

  static ObjectNode follow(RemoteStream stream) {
    Instructions instructions = stream.instructions();
    ObjectNode node =
        object()
            .put("do", "follow")
            .put("stream", stream.number())
            .put("scenario", stream.scenario())
            .put("rule", instructions.rule().id())
            .put("sentence", instructions.rule().sentence())
            .put("url", instructions.url().toString());
    node.set("instructions", instructions(instructions));
    return node;
  }

  private static ObjectNode instructions(Instructions instructions) {
    ObjectNode node =
        object()
            .put("transport", instructions.protocol().label())
            .put("url", instructions.url().toString())
            .put("cursorParameter", instructions.cursorParameter())
            .put("baseDelay", millis(instructions.baseDelay()))
            .put("maxDelay", millis(instructions.maxDelay()))
            .put("staleAfter", millis(instructions.staleAfter()))
            .put("attemptTimeout", millis(instructions.attemptTimeout()))
            .put("startCursor", instructions.startCursor());
    node.set("tokens", strings(instructions.tokens()));
    ObjectNode headers = node.putObject("headers");
    instructions.headers().forEach(headers::put);
    URI proxy = instructions.proxy();
    return node.put("maxEventBytes", instructions.maxEventBytes())
        .put("isLiveAfterGaps", instructions.isLiveAfterGaps())
        .put("isMalformedSkipped", instructions.isMalformedSkipped())
        .put("endMarker", instructions.endMarker())
        .put("isEndedByBody", instructions.isEndedByBody())
        .put("body", instructions.body())
        .put("isAnyTypeAccepted", instructions.isAnyTypeAccepted())
        .put("isGzip", instructions.isGzip())
        .put("proxy", proxy == null ? null : proxy.toString())
        .put("eventTimeout", millis(instructions.eventTimeout()))
        .put("isWithoutCursor", instructions.isWithoutCursor())
        .put("isPositionAtServer", instructions.isPositionAtServer())
        .put("isHttp2", instructions.isHttp2())
        .put("gapMarker", instructions.gapMarker())
        .put("pingEvery", millis(instructions.pingEvery()))
        .put("message", instructions.message())
        .put("consumerFailsAt", instructions.consumerFailsAt())
        .put("consumerFailures", instructions.consumerFailures())
        .put("consumerRetries", instructions.consumerRetries())
        .put("isFailedEventSkipped", instructions.isFailedEventSkipped())
        .put("consumerClosesAt", instructions.consumerClosesAt());
  }

  /** Returns whole milliseconds, rounded up: a client that obeys them must not be too early. */
  private static @Nullable Long millis(@Nullable Duration time) {
    return time == null ? null : (time.toNanos() + 999_999) / 1_000_000;
  }

  // ---- Results ----

  /** Returns the verdict of a scenario; null when there is none yet. */
  static ObjectNode verdict(@Nullable Result result) {
    ObjectNode node = object();
    node.put("verdict", result == null ? "pending" : result.verdict().label());
    node.set("problems", strings(result == null ? List.of() : result.problems()));
    return node;
  }

  static ObjectNode report(RemoteSession session) {
    List<Result> results = session.results();
    ObjectNode node =
        object()
            .put("session", session.id())
            .put("name", session.client().name())
            .put("state", session.state().label())
            .put("scenarios", session.scenarios())
            .put("seed", session.request().seed())
            .put("speed", session.request().speed());
    for (Verdict verdict : Verdict.values()) {
      long count = results.stream().filter(result -> result.verdict() == verdict).count();
      node.put(member(verdict), count);
    }
    ArrayNode list = node.putArray("results");
    for (Result result : results) {
      ObjectNode one =
          list.addObject()
              .put("scenario", result.key())
              .put("rule", result.rule().id())
              .put("transport", result.protocol().label())
              .put("level", result.rule().level().label())
              .put("sentence", result.rule().sentence())
              .put("tookMillis", result.took().toMillis());
      one.setAll(verdict(result));
    }
    return node;
  }

  private static String member(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> "passed";
      case FAILED -> "failed";
      case NOT_APPLICABLE -> "notApplicable";
    };
  }

  // ---- The kit ----

  static ObjectNode about() {
    ObjectNode node = object().put("protocol", "perennial-conformance/1");
    ArrayNode transports = node.putArray("transports");
    for (Protocol protocol : Protocol.values()) {
      transports.add(protocol.label());
    }
    ObjectNode capabilities = node.putObject("capabilities");
    for (Capability capability : Capability.values()) {
      if (SessionRequest.refusal(Set.of(capability)) == null) {
        capabilities.put(capability.label(), capability.description());
      }
    }
    ArrayNode rules = node.putArray("rules");
    for (Rule rule : Rules.all()) {
      ObjectNode one = rules.addObject().put("rule", rule.id()).put("sentence", rule.sentence());
      one.set("transports", strings(sorted(rule.protocols()).map(Protocol::label).toList()));
      one.set("needs", strings(sorted(rule.needs()).map(Capability::label).toList()));
    }
    return node;
  }

  private static <T extends Comparable<T>> Stream<T> sorted(Set<T> values) {
    return values.stream().sorted();
  }

  private static ArrayNode strings(List<String> values) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    values.forEach(array::add);
    return array;
  }
}
