package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.AWAITS_ANSWERS;
import static dev.perennial.conformance.Capability.KNOWS_END_MARKER;
import static dev.perennial.conformance.Capability.POSTS;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REPORTS_END;
import static dev.perennial.conformance.Capability.REPORTS_GAPS;
import static dev.perennial.conformance.Capability.STARTS_AT_CURSOR;
import static dev.perennial.conformance.Capability.TAKES_ATTEMPT_TIMEOUT;
import static dev.perennial.conformance.Protocol.NDJSON;
import static dev.perennial.conformance.Protocol.SSE;
import static dev.perennial.conformance.rules.Checks.completed;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.gaps;
import static dev.perennial.conformance.rules.Checks.notCompleted;
import static dev.perennial.conformance.rules.Checks.requests;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.testkit.Cut;
import java.util.List;

/** A POST may have an effect each time that it arrives, and its answer may take long. */
final class PostRules {
  private static final String DONE = "[DONE]";
  private static final String NOT_IDEMPOTENT = "RFC 9110 9.2.2";

  private PostRules() {}

  static List<Rule> all() {
    return List.of(
        rule("post-01", "A POST whose connection was lost before an answer is not sent again.")
            .source(NOT_IDEMPOTENT)
            .covers("R-post-once")
            .needs(POSTS, RECONNECTS)
            .scenario(s -> once(s, Reply.silent(s.protocol()).cut(Cut.RST))),
        rule("post-02", "A POST that was answered with 500 is not sent again.")
            .source(NOT_IDEMPOTENT)
            .covers("R-post-once")
            .needs(POSTS, RECONNECTS)
            .scenario(s -> once(s, Reply.answer(s.protocol(), 500))),
        rule("post-03", "204 to a POST ends the stream in good order, as to a GET.")
            .source("HTML 9.2.3")
            .covers("R-post", "H-204")
            .needs(POSTS, RECONNECTS, REPORTS_END)
            .scenario(
                s ->
                    posted(s)
                        .reply(Reply.answer(s.protocol(), 204))
                        .untilEnded()
                        .quiet(Scenario.LONG_QUIET)
                        .expect(completed(), delivered(), requests(1))),
        rule("post-04", "410 to a POST with a cursor is a gap, as to a GET.")
            .source("decision: what cannot be replayed is reported")
            .covers("R-post", "H-410")
            .needs(POSTS, STARTS_AT_CURSOR, REPORTS_GAPS)
            .scenario(
                s ->
                    posted(s)
                        .set(to -> to.startCursor("7"))
                        .reply(Reply.answer(s.protocol(), 410))
                        .untilServed(1)
                        .quiet(Scenario.LONG_QUIET)
                        .expect(cursors("7"), gaps(1), requests(1), notCompleted())),
        rule("post-05", "410 to a POST without a cursor ends the stream after one request.")
            .source("decision: the retry table")
            .covers("R-post", "H-410-plain")
            .needs(POSTS, RECONNECTS)
            .scenario(s -> once(s, Reply.answer(s.protocol(), 410))),
        rule("post-06", "The answer to a POST may take longer than an attempt.")
            .source("decision: a server may think about what must not be sent again")
            .covers("R-post-answer")
            .needs(POSTS, KNOWS_END_MARKER, REPORTS_END, TAKES_ATTEMPT_TIMEOUT, AWAITS_ANSWERS)
            .scenario(
                s ->
                    posted(s)
                        // Long enough in real time to connect on a busy machine.
                        .set(to -> to.attemptTimeout(ofSeconds(40)))
                        .set(to -> to.endMarker(DONE))
                        .reply(
                            Reply.silent(s.protocol())
                                .pause(ofSeconds(56))
                                .opened()
                                .event(null, "a")
                                .event(null, DONE)
                                .hold())
                        .untilEnded()
                        .expect(delivered("a"), completed(), requests(1))));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.FINITE, sentence).on(SSE, NDJSON);
  }

  private static Scenario posted(Scenario scenario) {
    return scenario.set(to -> to.body("{\"prompt\":\"hello\"}"));
  }

  private static void once(Scenario scenario, Reply reply) {
    posted(scenario)
        .reply(reply)
        .untilServed(1)
        .quiet(Scenario.LONG_QUIET)
        .expect(delivered(), requests(1), notCompleted());
  }
}
