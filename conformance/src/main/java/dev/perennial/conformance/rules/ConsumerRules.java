package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.FOLLOWS_WITHOUT_CURSOR;
import static dev.perennial.conformance.Capability.NOTICES_SILENCE;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REPEATS_EVENTS;
import static dev.perennial.conformance.Capability.REPORTS_END;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Capability.STARTS_AT_CURSOR;
import static dev.perennial.conformance.Capability.STORES_CURSOR;
import static dev.perennial.conformance.Capability.WAITS_FOR_CONSUMER;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.nothingLost;
import static dev.perennial.conformance.rules.Checks.requests;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.Step;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.conformance.scenario.TraceView;
import dev.perennial.conformance.scenario.WireFormat;
import dev.perennial.testkit.WebSocketFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client does when its consumer is slow or fails. */
final class ConsumerRules {
  private static final String REPEATED =
      "decision: a cursor passes what was processed, or skipped on purpose";
  private static final String SERIAL = "Reactive Streams 1.3";

  private ConsumerRules() {}

  static List<Rule> all() {
    return List.of(
        rule("consumer-01", "One event at a time: the next waits until the handler has returned.")
            .source(SERIAL)
            .covers("P1-order", "F71")
            .scenario(
                s ->
                    s.pausesAt(2, ofSeconds(15))
                        .reply(opened(s).replay(6).hold())
                        .untilDelivered(6)
                        .expect(deliveredLog(6), nothingWhileHeld(), requests(1))),
        rule(
                "consumer-02",
                "A slow consumer applies backpressure to the server, and memory stays bounded.")
            .source("decision: TCP applies backpressure to the server")
            .covers("F71", "P7-queue", "R14")
            .scenario(
                s ->
                    s.set(to -> to.liveAfterGaps())
                        .pausesAt(1, ofSeconds(24))
                        .reply(opened(s).event(null, "first").step(flood(s.protocol())).hold())
                        .always(opened(s).hold())
                        .until(
                            "the consumer to be ready again",
                            trace -> trace.count(Kind.RELEASED) > 0)
                        .quiet(ofSeconds(0))
                        .expect(heldBack())),
        rule(
                "consumer-03",
                "A consumer that takes longer than the ping interval keeps its connection.")
            .source("decision: a slow consumer never fails a healthy connection")
            .covers("F91", "W-paused", "R1")
            .needs(WAITS_FOR_CONSUMER, RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.pausesAt(1, ofSeconds(24))
                        .reply(
                            opened(s)
                                .replay(3)
                                .heartbeats(6, ofSeconds(3))
                                .event("4", "event 4")
                                .hold())
                        .untilDelivered(4)
                        .expect(deliveredLog(4), requests(1))),
        rule("consumer-04", "A consumer that throws never makes the stream hang silently.")
            .source("decision: every end has one terminal signal, or the stream continues")
            .covers("F73", "P5-throwable", "R23")
            .needs(REPORTS_END, RECONNECTS, NOTICES_SILENCE)
            .scenario(
                s ->
                    s.failsAt(2)
                        .reply(opened(s).replay(4).hold())
                        .always(opened(s).replay(4).hold())
                        .until(
                            "an end, or more events",
                            trace -> trace.hasEnded() || trace.delivered() >= 3)
                        .expect(Checks.endedOnce())),
        rule("consumer-05", "Pings are answered while the consumer is busy.")
            .source("RFC 6455 5.5.2; decision: a slow consumer never fails a healthy connection")
            .covers("W-paused", "W-ping")
            .on(Protocol.WEBSOCKET)
            .optional()
            .scenario(
                s ->
                    s.pausesAt(1, ofSeconds(40))
                        .reply(
                            opened(s)
                                .replay(5)
                                .awaitDelivered(1)
                                .frame(WebSocketFrame.ping("busy?"))
                                .hold())
                        .untilDelivered(5)
                        .expect(deliveredLog(5), requests(1), pongWhileHeld())),
        rule(
                "consumer-06",
                "Without a cursor, a slow consumer holds the server back and keeps its connection.")
            .source("decision: what was sent before would be lost with the connection")
            .covers("W-paused")
            .on(Protocol.WEBSOCKET)
            .needs(WAITS_FOR_CONSUMER, FOLLOWS_WITHOUT_CURSOR)
            .scenario(
                s -> {
                  Reply reply = opened(s);
                  for (int i = 1; i <= 1_500; i++) {
                    reply.event(null, "event " + i);
                  }
                  s.set(to -> to.withoutCursor())
                      .pausesAt(1, ofSeconds(40))
                      .always(reply.hold())
                      .untilDelivered(1_500)
                      .limit(ofSeconds(30))
                      .expect(deliveredLog(1_500), requests(1));
                }),
        rule("consumer-07", "An event at which the consumer fails is repeated before the next one.")
            .source(REPEATED)
            .covers("F73")
            .needs(REPEATS_EVENTS)
            .scenario(
                s ->
                    s.failsAt(2, 2)
                        .set(to -> to.consumerRetries(2))
                        .reply(opened(s).replay(4).hold())
                        .until("event 4", trace -> trace.isNewest("event 4"))
                        .expect(deliveredLog(4), requests(1))),
        rule("consumer-08", "An event at which the consumer fails to the last is not passed.")
            .source(REPEATED)
            .covers("F73", "P1-ack")
            .needs(REPEATS_EVENTS, REPORTS_END, RESUMES, STORES_CURSOR, STARTS_AT_CURSOR)
            .scenario(
                s ->
                    s.failsAt(3, 3)
                        .set(to -> to.consumerRetries(2))
                        .restarts()
                        .reply(opened(s).replay(5).hold())
                        .always(opened(s).replay(6).hold())
                        .until("event 6", trace -> trace.isNewest("event 6"))
                        .expect(nothingLost(1, 6), ResumeRules.storedNoMoreThanDone())),
        rule("consumer-09", "An event that is to be skipped does not end the stream.")
            .source(REPEATED)
            .covers("F73")
            .needs(REPEATS_EVENTS)
            .scenario(
                s ->
                    s.failsAt(2, 2)
                        .set(to -> to.consumerRetries(1).skipFailedEvents())
                        .reply(opened(s).replay(4).hold())
                        .until("event 4", trace -> trace.isNewest("event 4"))
                        .expect(delivered("event 1", "event 3", "event 4"), requests(1))));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.CONSUMER, sentence).needs(WAITS_FOR_CONSUMER);
  }

  private static Reply opened(Scenario scenario) {
    return Reply.open(scenario.protocol());
  }

  private static Check pongWhileHeld() {
    return Checks.custom(
        "Expected a pong while the handler runs.",
        seen -> {
          List<TraceEvent> releases = seen.trace().all(Kind.RELEASED);
          long released = releases.isEmpty() ? Long.MAX_VALUE : releases.get(0).atNanos();
          return seen.trace().all(Kind.RECEIVED).stream()
                  .anyMatch(one -> one.text().startsWith("frame 10: ") && one.atNanos() < released)
              ? null
              : "there was none.";
        });
  }

  private static Step flood(Protocol protocol) {
    byte[] unit = WireFormat.event(protocol, null, null, "x".repeat(4_000));
    return new Step.Flood(unit, 64L * 1024 * 1024, "64 MiB of events");
  }

  private static Check nothingWhileHeld() {
    return Checks.custom(
        "Expected no event while the handler of another one runs.", ConsumerRules::overlapping);
  }

  private static @Nullable String overlapping(TraceView seen) {
    boolean isHeld = false;
    for (TraceEvent event : seen.trace().all()) {
      isHeld = event.kind() == Kind.HELD || (isHeld && event.kind() != Kind.RELEASED);
      if (isHeld && event.kind() == Kind.EVENT) {
        return "there was " + Format.visible(seen.dataOf(event)) + ".";
      }
    }
    return null;
  }

  /** Expects backpressure: without it the server can send the whole flood. */
  private static Check heldBack() {
    return Checks.custom(
        "Expected the server not to send all of 64 MiB while the consumer is busy.",
        seen -> {
          List<TraceEvent> releases = seen.trace().all(Kind.RELEASED);
          if (releases.isEmpty()) {
            return "its consumer was never busy.";
          }
          long released = releases.get(0).atNanos();
          return seen.trace().all(Kind.FLOODED).stream().anyMatch(one -> one.atNanos() < released)
              ? "it did."
              : null;
        });
  }
}
