package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.LIMITS_EVENT_TIME;
import static dev.perennial.conformance.Capability.NOTICES_SILENCE;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Capability.SENDS_PINGS;
import static dev.perennial.conformance.Capability.TAKES_DELAYS;
import static dev.perennial.conformance.Capability.WAITS_FOR_CONSUMER;
import static dev.perennial.conformance.rules.Checks.SLACK;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
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
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a client detects a silent connection. Most scenarios set a limit of forty seconds, which are
 * two seconds of real time at the usual speed: a busy machine must not look like a silent server,
 * nor keep the kit's own server from sending in time.
 */
final class SilenceRules {
  private static final Duration LIMIT = ofSeconds(40);

  private SilenceRules() {}

  static List<Rule> all() {
    return List.of(
        rule(
                "silence-01",
                "A connection that is silent for too long is replaced, and the stream resumes.")
            .covers("F12", "F13", "F15", "L-fixed", "R2", "R8", "R17", "R27")
            .scenario(
                s ->
                    s.reply(opened(s).replay(2).hold())
                        .reply(opened(s).replay(4).hold())
                        .untilDelivered(4)
                        .expect(
                            deliveredLog(4), cursors("-", "2"), Checks.left(1), noticedInTime())),
        rule("silence-02", "Heartbeats alone keep a connection alive.")
            .covers("F18", "S-comment", "N-blank", "W-life")
            .scenario(
                s ->
                    s.reply(
                            opened(s)
                                .event("1", "event 1")
                                .heartbeats(24, ofSeconds(2))
                                .event("2", "event 2")
                                .hold())
                        .untilDelivered(2)
                        .quiet(ofSeconds(1))
                        .expect(deliveredLog(2), requests(1))),
        rule("silence-03", "Events alone keep a connection alive.")
            .covers("F18")
            .scenario(
                s -> {
                  Reply reply = opened(s);
                  for (int i = 1; i <= 24; i++) {
                    reply.event(Integer.toString(i), "event " + i).pause(ofSeconds(2));
                  }
                  s.reply(reply.hold())
                      .untilDelivered(24)
                      .quiet(ofSeconds(1))
                      .expect(deliveredLog(24), requests(1));
                }),
        rule("silence-04", "Bytes that trickle in keep a connection alive.")
            .covers("F17", "F26", "W-life")
            .scenario(
                s -> {
                  byte[] event = WireFormat.event(s.protocol(), "1", null, "event 1");
                  s.reply(opened(s).trickle(event, ofSeconds(2)).hold())
                      .untilDelivered(1)
                      .limit(ofSeconds(15))
                      .quiet(ofSeconds(1))
                      .expect(deliveredLog(1), requests(1));
                }),
        rule("silence-05", "Silence does not count while the consumer is busy.")
            .covers("F91", "L-paused", "R1", "R10")
            .needs(RECONNECTS, RESUMES, NOTICES_SILENCE, TAKES_DELAYS, WAITS_FOR_CONSUMER)
            .scenario(
                s ->
                    s.pausesAt(2, ofSeconds(56))
                        .reply(
                            opened(s)
                                .event("1", "event 1")
                                .event("2", "event 2")
                                .heartbeats(30, ofSeconds(2))
                                .event("3", "event 3")
                                .hold())
                        .untilDelivered(3)
                        .quiet(ofSeconds(1))
                        .expect(deliveredLog(3), requests(1))),
        rule("silence-06", "Silence below the limit does not end a connection.")
            .covers("F19")
            .scenario(
                s ->
                    s.set(to -> to.staleAfter(ofSeconds(60)))
                        .reply(
                            opened(s)
                                .event("1", "event 1")
                                .pause(ofSeconds(32))
                                .event("2", "event 2")
                                .pause(ofSeconds(32))
                                .event("3", "event 3")
                                .hold())
                        .untilDelivered(3)
                        .quiet(ofSeconds(1))
                        .expect(deliveredLog(3), requests(1))),
        rule("silence-07", "Unsolicited pongs do not hide the silence after them.")
            .source("RFC 6455 5.5.3")
            .covers("F14", "F86", "R3")
            .on(Protocol.WEBSOCKET)
            .scenario(
                s -> {
                  Reply reply = opened(s).replay(2);
                  for (int i = 0; i < 200; i++) {
                    reply.frame(WebSocketFrame.pong("flood"));
                  }
                  s.reply(reply.hold())
                      .reply(opened(s).replay(4).hold())
                      .untilDelivered(4)
                      .expect(deliveredLog(4), cursors("-", "2"), noticedInTime());
                }),
        rule("silence-08", "A busy connection is not cut because its reads end within events.")
            .source("decision: the time of an event begins with its first byte")
            .covers("L-one-event")
            .needs(RECONNECTS, RESUMES, LIMITS_EVENT_TIME)
            .scenario(SilenceRules::neverBetweenEvents),
        rule("silence-09", "Blanks keep a connection alive, and are not an event that never ends.")
            .source("RFC 8259 2; decision: blanks before a value are none of it")
            .covers("N-blank")
            .on(Protocol.NDJSON)
            .needs(RECONNECTS, RESUMES, LIMITS_EVENT_TIME, NOTICES_SILENCE)
            .scenario(
                s -> {
                  s.set(to -> to.eventTimeout(ofSeconds(20)));
                  Reply reply = opened(s).replay(1);
                  for (int i = 0; i < 15; i++) {
                    reply.send(" ").pause(ofSeconds(3));
                  }
                  s.reply(reply.event("2", "event 2").hold())
                      .untilDelivered(2)
                      .quiet(ofSeconds(1))
                      .expect(deliveredLog(2), requests(1));
                }),
        rule("silence-10", "A connection that answers no ping is replaced.")
            .source("RFC 6455 5.5.2")
            .covers("W-life")
            .on(Protocol.WEBSOCKET)
            .needs(RECONNECTS, RESUMES, SENDS_PINGS, TAKES_DELAYS)
            .scenario(
                s ->
                    s.set(to -> to.pingEvery(ofSeconds(4)))
                        .set(to -> to.staleAfter(ofSeconds(600)))
                        .reply(opened(s).step(new Step.IgnorePings()).replay(2).hold())
                        .reply(opened(s).replay(4).hold())
                        .untilDelivered(4)
                        .expect(deliveredLog(4), cursors("-", "2"), Checks.left(1))),
        rule("silence-11", "Any byte is an answer to a ping.")
            .source("decision: a server that sends is alive")
            .covers("W-life")
            .on(Protocol.WEBSOCKET)
            .needs(RECONNECTS, SENDS_PINGS)
            .scenario(
                s -> {
                  s.set(to -> to.pingEvery(ofSeconds(40)));
                  Reply reply = opened(s).step(new Step.IgnorePings());
                  for (int i = 1; i <= 20; i++) {
                    reply.event(Integer.toString(i), "event " + i).pause(ofSeconds(8));
                  }
                  s.reply(reply.hold())
                      .untilDelivered(20)
                      .limit(ofSeconds(20))
                      .expect(deliveredLog(20), requests(1));
                }));
  }

  /** Each write ends in the middle of an event. */
  private static void neverBetweenEvents(Scenario s) {
    s.set(to -> to.eventTimeout(ofSeconds(20)));
    Reply reply = opened(s);
    byte[] rest = new byte[0];
    for (int i = 1; i <= 15; i++) {
      byte[] event = WireFormat.event(s.protocol(), Integer.toString(i), null, "event " + i);
      int half = event.length / 2;
      byte[] piece = Arrays.copyOf(rest, rest.length + half);
      System.arraycopy(event, 0, piece, rest.length, half);
      reply.send(piece, "the end of event " + (i - 1) + " and half of the next");
      reply.pause(ofSeconds(3));
      rest = Arrays.copyOfRange(event, half, event.length);
    }
    s.reply(reply.send(rest, "the end of event 15").hold())
        .untilDelivered(15)
        .quiet(ofSeconds(1))
        .expect(deliveredLog(15), requests(1));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.SILENCE, sentence)
        .source("decision: a silent connection is detected by its missing heartbeats")
        .needs(RECONNECTS, RESUMES, NOTICES_SILENCE, TAKES_DELAYS);
  }

  private static Reply opened(Scenario scenario) {
    if (scenario.settings().staleAfter() == null) {
      scenario.set(to -> to.staleAfter(LIMIT));
    }
    return Reply.open(scenario.protocol());
  }

  private static Check noticedInTime() {
    return Checks.custom(
        "Expected the silence to be detected at its limit of " + Format.duration(LIMIT) + ".",
        SilenceRules::notInTime);
  }

  private static @Nullable String notInTime(TraceView seen) {
    List<TraceEvent> sent = seen.trace().all(Kind.SENT, 1);
    if (seen.requests().size() < 2) {
      return "there was no second request.";
    }
    long last = sent.get(sent.size() - 1).atNanos();
    Duration silent = Duration.ofNanos(seen.requests().get(1).atNanos() - last);
    Duration limit = seen.scale().real(LIMIT);
    Duration delay = seen.scale().real(seen.settings().maxDelay());
    boolean isInTime =
        silent.compareTo(limit) >= 0
            && silent.compareTo(limit.multipliedBy(2).plus(delay).plus(SLACK)) <= 0;
    return isInTime ? null : "it took " + Format.duration(silent) + " of real time.";
  }
}
