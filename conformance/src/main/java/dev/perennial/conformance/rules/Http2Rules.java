package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.FOLLOWS_MANY;
import static dev.perennial.conformance.Capability.NOTICES_SILENCE;
import static dev.perennial.conformance.Capability.POSTS;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Capability.SPEAKS_HTTP2;
import static dev.perennial.conformance.Protocol.NDJSON;
import static dev.perennial.conformance.Protocol.SSE;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.delivered;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.conformance.scenario.TraceView;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Streams that share a connection of HTTP/2: what ends one of them, and what ends all. */
final class Http2Rules {
  private static final int INTERNAL_ERROR = 2;
  private static final int REFUSED_STREAM = 7;

  private Http2Rules() {}

  static List<Rule> all() {
    return List.of(
        rule("multiplex-01", "After silence, the next request uses another connection.")
            .source("decision: nothing tells whether a silent connection is alive")
            .needs(SPEAKS_HTTP2, FOLLOWS_MANY, NOTICES_SILENCE, RECONNECTS, RESUMES)
            .scenario(Http2Rules::deadConnection),
        rule("multiplex-02", "A stream that is reset resumes, and the others go on.")
            .source("RFC 9113 5.4.2")
            .needs(SPEAKS_HTTP2, FOLLOWS_MANY, RECONNECTS, RESUMES)
            .scenario(
                s ->
                    two(s)
                        .reply(bothOpen(s).reset(INTERNAL_ERROR))
                        .reply(bothOpen(s).hold())
                        .reply(opened(s).replay(4).hold())
                        .untilRequests(3)
                        .expect(cursors("-", "-", "2"), oneWentOn())),
        rule("multiplex-03", "When a connection goes away, its streams resume on another one.")
            .source("RFC 9113 6.8")
            .needs(SPEAKS_HTTP2, FOLLOWS_MANY, RECONNECTS, RESUMES)
            .scenario(
                s ->
                    two(s)
                        .reply(bothOpen(s).hold())
                        .reply(bothOpen(s).goAway().hold())
                        .reply(opened(s).replay(4).hold())
                        .untilRequests(3)
                        .expect(cursors("-", "-", "2"), moved(2, 3), oneWentOn())),
        rule("multiplex-04", "A POST whose stream was refused is sent again.")
            .source("RFC 9113 8.7, which allows it")
            .optional()
            .covers("R-post")
            .needs(SPEAKS_HTTP2, POSTS, RECONNECTS)
            .scenario(
                s ->
                    overHttp2(s)
                        .set(to -> to.body("{}"))
                        .reply(Reply.silent(s.protocol()).reset(REFUSED_STREAM))
                        .reply(opened(s).event(null, "a").hold())
                        .untilDelivered(1)
                        .expect(delivered("a"))));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.RECONNECTING, sentence)
        .covers("R-http2", "F82", "R5")
        .on(SSE, NDJSON);
  }

  private static Scenario overHttp2(Scenario scenario) {
    return scenario.set(to -> to.http2());
  }

  private static Reply opened(Scenario scenario) {
    return Reply.open(scenario.protocol());
  }

  /** One stream notices the silence while the connection still has another one. */
  private static void deadConnection(Scenario scenario) {
    Duration staleAfter = ofSeconds(10);
    Reply resumed = opened(scenario).replay(4).hold();
    overHttp2(scenario)
        .streams(2)
        .set(to -> to.staleAfter(staleAfter))
        .reply(bothOpen(scenario).hold())
        .reply(
            bothOpen(scenario).pause(staleAfter.dividedBy(2)).event("3", "event 3").freeze().hold())
        .always(resumed)
        .until("eight events in all", trace -> trace.count(Kind.EVENT) >= 8)
        .expect(
            moved(2, 3),
            moved(2, 4),
            Checks.custom(
                "Expected events 1 to 4 on each stream.",
                seen ->
                    data(seen, 1).equals(Checks.log(1, 4)) && data(seen, 2).equals(Checks.log(1, 4))
                        ? null
                        : "there were " + data(seen, 1) + " and " + data(seen, 2) + "."));
  }

  /** Follows two streams, of which one is disturbed when each has had two events. */
  private static Scenario two(Scenario scenario) {
    return overHttp2(scenario)
        .streams(2)
        .until("six events in all", trace -> trace.count(Kind.EVENT) >= 6);
  }

  private static Reply bothOpen(Scenario scenario) {
    return opened(scenario)
        .replay(2)
        .await(trace -> trace.count(Kind.EVENT) >= 4, "waits until both streams had two events");
  }

  /** Expects one stream with two events of the log and one with four, in any order. */
  private static Check oneWentOn() {
    return Checks.custom(
        "Expected events 1 to 4 on one stream, and 1 and 2 on the other.",
        seen -> {
          List<String> first = data(seen, 1);
          List<String> second = data(seen, 2);
          boolean isFirst = first.size() > second.size();
          boolean isExpected =
              (isFirst ? first : second).equals(Checks.log(1, 4))
                  && (isFirst ? second : first).equals(Checks.log(1, 2));
          return isExpected ? null : "there were " + first + " and " + second + ".";
        });
  }

  private static List<String> data(TraceView seen, int stream) {
    Stream<TraceEvent> events = seen.trace().all(Kind.EVENT, stream).stream();
    return events.map(seen::dataOf).toList();
  }

  /** Expects two requests on two connections. */
  private static Check moved(int request, int later) {
    return Checks.custom(
        "Expected request " + later + " on another connection than request " + request + ".",
        seen ->
            seen.requests().size() >= later
                    && connectionOf(seen, later) == connectionOf(seen, request)
                ? "it was the same."
                : null);
  }

  private static int connectionOf(TraceView seen, int request) {
    return seen.requests().get(request - 1).request().connection();
  }
}
