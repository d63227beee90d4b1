package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.NOTICES_SILENCE;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Capability.TAKES_DELAYS;
import static dev.perennial.conformance.Protocol.NDJSON;
import static dev.perennial.conformance.Protocol.SSE;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.requestsAtMost;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.Step;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.WireFormat;
import dev.perennial.testkit.Cut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How a client continues after a connection has ended. */
final class ReconnectingRules {

  private ReconnectingRules() {}

  static List<Rule> all() {
    List<Rule> rules = new ArrayList<>();
    rules.add(
        rule("reconnect-01", "After an orderly end the client reconnects and resumes.")
            .source("HTML 9.2.3")
            .covers("F10", "H-end")
            .scenario(s -> resumed(s, opened(s).replay(3).end())));
    rules.add(
        rule("reconnect-02", "After a FIN in the middle the client reconnects and resumes.")
            .covers("F6", "F16", "H-early-end")
            .scenario(s -> resumed(s, opened(s).replay(3).awaitDelivered(3).cut(Cut.FIN))));
    rules.add(
        rule("reconnect-03", "After a reset the client reconnects and resumes.")
            .covers("F9", "H-reset")
            .scenario(s -> resumed(s, opened(s).replay(3).awaitDelivered(3).cut(Cut.RST))));
    rules.add(
        rule("reconnect-04", "After a half-close by the server the client reconnects and resumes.")
            .covers("F16")
            .scenario(
                s -> resumed(s, opened(s).replay(3).awaitDelivered(3).cut(Cut.HALF_CLOSE).hold())));
    rules.add(
        rule(
                "reconnect-05",
                "A truncated chunk ends the connection, and its event is delivered after a"
                    + " reconnect.")
            .source("RFC 9112 7.1")
            .covers("F8", "H-early-end")
            .on(SSE, NDJSON)
            .scenario(
                s ->
                    resumed(
                        s,
                        opened(s)
                            .replay(3)
                            .step(
                                new Step.Raw(
                                    "40\r\ndata: half".getBytes(ISO_8859_1), "a part of a chunk"))
                            .cut(Cut.FIN))));
    rules.add(
        rule(
                "reconnect-06",
                "A body shorter than its Content-Length ends the connection, and the client"
                    + " resumes.")
            .source("RFC 9112 8")
            .covers("F11", "H-early-end")
            .on(SSE, NDJSON)
            .scenario(
                s -> {
                  String events =
                      new String(WireFormat.event(s.protocol(), "1", null, "event 1"), ISO_8859_1)
                          + new String(
                              WireFormat.event(s.protocol(), "2", null, "event 2"), ISO_8859_1);
                  resumed(
                      s,
                      Reply.silent(s.protocol())
                          .raw(headOf(s.protocol(), 9_999) + events)
                          .cut(Cut.FIN),
                      2);
                }));
    rules.add(
        rule("reconnect-11", "Bytes after the Content-Length are not part of the stream.")
            .source("RFC 9112 6.3")
            .covers("F11")
            .on(SSE, NDJSON)
            .scenario(
                s -> {
                  String event =
                      new String(WireFormat.event(s.protocol(), "1", null, "event 1"), ISO_8859_1);
                  String more =
                      new String(
                          WireFormat.event(s.protocol(), "99", null, "too much"), ISO_8859_1);
                  resumed(
                      s,
                      Reply.silent(s.protocol())
                          .raw(headOf(s.protocol(), event.length()) + event + more)
                          .hold(),
                      1);
                }));
    rules.add(
        rule("reconnect-07", "Wherever an event is cut, nothing is lost or delivered twice.")
            .source("decision: at least once, and no replay twice")
            .covers("F6", "F7", "S-partial", "P1-order")
            .scenario(ReconnectingRules::cutEverywhere));
    rules.add(
        rule("reconnect-08", "Late bytes of an older connection are never delivered.")
            .covers("F93", "W-late", "R24")
            .needs(RECONNECTS, RESUMES, NOTICES_SILENCE)
            .scenario(
                s ->
                    s.set(to -> to.staleAfter(ofSeconds(40)))
                        .reply(
                            opened(s)
                                .replay(2)
                                .await(
                                    trace -> trace.requestCount() >= 2,
                                    "is silent until the client reconnects")
                                .event("99", "a late event")
                                .pause(ofSeconds(1)))
                        .reply(opened(s).pause(ofSeconds(2)).replay(4).hold())
                        .untilDelivered(4)
                        .expect(deliveredLog(4))));
    rules.add(
        rule("reconnect-09", "An orderly end after new events does not increase the delay.")
            .source("decision: after progress the delay is at most the base")
            .covers("H-end", "D-clean", "R13")
            .on(SSE, NDJSON)
            .needs(RECONNECTS, RESUMES, TAKES_DELAYS)
            .scenario(
                s -> {
                  s.set(to -> to.baseDelay(ofSeconds(1))).set(to -> to.maxDelay(ofSeconds(60)));
                  for (int i = 1; i <= 10; i++) {
                    s.reply(opened(s).replay(i * 2).awaitDelivered(i * 2).end());
                  }
                  s.reply(opened(s).replay(22).hold())
                      .untilDelivered(22)
                      .expect(
                          deliveredLog(22),
                          Checks.custom(
                              "Expected no delay above the base.",
                              seen -> BackoffRules.longerThan(seen, ofSeconds(1))));
                }));
    rules.add(
        rule("reconnect-12", "An orderly end without an event is polling: it is no failure.")
            .source("HTML 9.2.3")
            .covers("H-end", "D-clean")
            .on(SSE, NDJSON)
            .needs(RECONNECTS, TAKES_DELAYS)
            .scenario(
                s ->
                    s.set(to -> to.baseDelay(ofSeconds(1)))
                        .set(to -> to.maxDelay(ofSeconds(60)))
                        .replies(10, opened(s).end())
                        .reply(opened(s).replay(2).hold())
                        .untilDelivered(2)
                        .expect(
                            deliveredLog(2),
                            Checks.custom(
                                "Expected no delay above the base.",
                                seen -> BackoffRules.longerThan(seen, ofSeconds(1))))));
    rules.add(
        rule("reconnect-10", "One connection at a time: the old one ends before the next begins.")
            .covers("F93", "R19", "R24")
            .needs(RECONNECTS, RESUMES, NOTICES_SILENCE)
            .scenario(
                s ->
                    s.set(to -> to.staleAfter(ofSeconds(40)))
                        .reply(opened(s).replay(2).hold())
                        .reply(opened(s).replay(3).hold())
                        .untilDelivered(3)
                        .until(
                            "the client to close connection 1",
                            trace -> !trace.all(TraceEvent.Kind.LEFT, 1).isEmpty())
                        .expect(deliveredLog(3), Checks.left(1), Checks.requests(2))));
    return rules;
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.RECONNECTING, sentence)
        .source("decision: retried with backoff")
        .needs(RECONNECTS, RESUMES);
  }

  private static Reply opened(Scenario scenario) {
    return Reply.open(scenario.protocol());
  }

  private static String headOf(Protocol protocol, int length) {
    return String.join(
        "\r\n",
        "HTTP/1.1 200 OK",
        "Content-Type: " + WireFormat.contentType(protocol),
        "Access-Control-Allow-Origin: *",
        "Content-Length: " + length,
        "",
        "");
  }

  private static void resumed(Scenario scenario, Reply first) {
    resumed(scenario, first, 3);
  }

  /** Writes one connection with the first events, and another with the rest. */
  private static void resumed(Scenario scenario, Reply first, int firstEvents) {
    scenario
        .reply(first)
        .reply(opened(scenario).replay(6).hold())
        .untilDelivered(6)
        .expect(deliveredLog(6), cursors("-", Integer.toString(firstEvents)), requestsAtMost(2));
  }

  /** Writes connections that each send one byte more of the second event. */
  private static void cutEverywhere(Scenario scenario) {
    byte[] second = WireFormat.event(scenario.protocol(), "2", null, "event 2");
    scenario.set(to -> to.baseDelay(ofSeconds(0).plusMillis(20)));
    scenario.set(to -> to.maxDelay(ofSeconds(0).plusMillis(40)));
    for (int cut = 1; cut < second.length; cut++) {
      scenario.reply(
          opened(scenario)
              .replay(1)
              .send(Arrays.copyOf(second, cut), cut + " bytes of event 2")
              .cut(cut % 2 == 0 ? Cut.FIN : Cut.HALF_CLOSE));
    }
    scenario
        .reply(opened(scenario).replay(3).hold())
        .untilDelivered(3)
        .expect(deliveredLog(3), cursors("-", "1"));
  }
}
