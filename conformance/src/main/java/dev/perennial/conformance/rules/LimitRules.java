package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.FOLLOWS_MANY;
import static dev.perennial.conformance.Capability.LIMITS_EVENTS;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REPORTS_END;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Protocol.NDJSON;
import static dev.perennial.conformance.Protocol.SSE;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.failed;
import static dev.perennial.conformance.rules.Checks.left;
import static dev.perennial.conformance.rules.Checks.requestsAtMost;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.Step;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.testkit.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;

/** What a client does with too large events and too many streams. */
final class LimitRules {
  private static final String BOUNDED = "decision: everything that a server sends is bounded";
  private static final int MEBIBYTE = 1024 * 1024;

  private LimitRules() {}

  static List<Rule> all() {
    return List.of(
        rule("limit-01", "An event above the limit is not delivered, and not requested forever.")
            .covers("F67", "L-event", "H-poison", "W-limit", "S7")
            .needs(LIMITS_EVENTS, REPORTS_END, RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.set(to -> to.maxEventBytes(1_000))
                        .reply(opened(s).replay(1).event("2", "x".repeat(5_000)).hold())
                        .always(opened(s).event("2", "x".repeat(5_000)).hold())
                        .untilEnded()
                        .expect(deliveredLog(1), failed(), requestsAtMost(3))),
        rule("limit-02", "A line without an end is given up at the limit.")
            .covers("F67", "L-memory", "N-limit", "S7")
            .on(SSE, NDJSON)
            .needs(LIMITS_EVENTS)
            .scenario(
                s ->
                    s.set(to -> to.maxEventBytes(MEBIBYTE))
                        .reply(
                            opened(s)
                                .send(s.protocol() == SSE ? "data: " : "{\"data\":\"")
                                .flood("x", 64L * MEBIBYTE, "64 MiB of one line")
                                .hold())
                        .always(Reply.answer(s.protocol(), 204))
                        .until(
                            "the client to close the connection",
                            trace -> !trace.all(Kind.LEFT, 1).isEmpty())
                        .expect(left(1), notTaken())),
        rule("limit-03", "A frame with too large a length is refused before its payload arrives.")
            .source("RFC 6455 5.2")
            .covers("F87", "W-limit", "S7")
            .on(Protocol.WEBSOCKET)
            .needs(LIMITS_EVENTS)
            .scenario(
                s ->
                    s.set(to -> to.maxEventBytes(MEBIBYTE))
                        .reply(
                            opened(s)
                                .send(
                                    new byte[] {
                                      (byte) 0x81, 127, 0, 0, 0, 0, 0x7f, (byte) 0xff, 0, 0
                                    },
                                    "a header that claims 2 GiB")
                                .hold())
                        .always(Reply.answer(s.protocol(), 204))
                        .until(
                            "the client to close the connection",
                            trace -> !trace.all(Kind.LEFT, 1).isEmpty())
                        .expect(left(1))),
        rule("limit-04", "A large event within the limit is delivered completely.")
            .covers("L-event-default")
            .scenario(
                s -> {
                  String data = "0123456789abcdef".repeat(MEBIBYTE / 16);
                  s.reply(opened(s).event("1", data).hold())
                      .untilDelivered(1)
                      .expect(
                          Checks.custom(
                              "Expected an event of a mebibyte.",
                              seen ->
                                  seen.data().equals(List.of(data))
                                      ? null
                                      : "there were events of "
                                          + seen.data().stream().map(String::length).toList()
                                          + " characters."));
                }),
        rule("limit-05", "Eight streams of one host are open at once, on one client.")
            .source("decision: a stream never waits for the end of another")
            .covers("F81", "W-dispatcher", "R4", "R21")
            .needs(FOLLOWS_MANY)
            .scenario(s -> many(s, 8)),
        rule("limit-06", "Seventy streams of one host are open at once, on one client.")
            .source("decision: a stream never waits for the end of another")
            .covers("F81", "W-dispatcher", "R4")
            .needs(FOLLOWS_MANY)
            .optional()
            .scenario(s -> many(s, 70)),
        rule("limit-07", "A flood of heartbeats does not delay what follows.")
            .covers("F70", "P7-buffer")
            .scenario(
                s -> {
                  String unit = s.protocol() == SSE ? ":\n" : "\n";
                  Reply reply = opened(s).replay(1);
                  if (s.protocol() == Protocol.WEBSOCKET) {
                    byte[] pong = WebSocketFrame.pong("").encoded();
                    reply.step(new Step.Flood(pong, MEBIBYTE, "half a million pongs"));
                  } else {
                    reply.flood(unit, MEBIBYTE, "a mebibyte of heartbeats");
                  }
                  s.reply(reply.event("2", "event 2").hold())
                      .untilDelivered(2)
                      .expect(deliveredLog(2));
                }));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.LIMITS, sentence).source(BOUNDED);
  }

  private static Reply opened(Scenario scenario) {
    return Reply.open(scenario.protocol());
  }

  /** Expects that the server could not send the whole flood. */
  private static Check notTaken() {
    return Checks.custom(
        "Expected the client to close before it had received all of a line of 64 MiB.",
        seen -> seen.trace().count(Kind.FLOODED) == 0 ? null : "it received all of it.");
  }

  private static void many(Scenario scenario, int streams) {
    scenario
        .streams(streams)
        .replies(streams, opened(scenario).replay(1).hold())
        .until(
            "an event on each of " + streams + " streams",
            trace -> trace.count(Kind.EVENT) >= streams)
        // Not part of the rule: so many clients and servers take a busy machine a while.
        .limit(ofSeconds(20))
        .expect(
            Checks.custom(
                "Expected " + streams + " streams to be open at once.",
                seen -> {
                  List<Integer> silent = new ArrayList<>();
                  for (int stream = 1; stream <= streams; stream++) {
                    if (!seen.hasDeliveredBeforeClose(stream)) {
                      silent.add(stream);
                    }
                  }
                  return silent.isEmpty() ? null : silent.size() + " of them delivered nothing.";
                }));
  }
}
