package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.KNOWS_END_MARKER;
import static dev.perennial.conformance.Capability.POSTS;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REPORTS_END;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Protocol.SSE;
import static dev.perennial.conformance.rules.Checks.completed;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.failed;
import static dev.perennial.conformance.rules.Checks.left;
import static dev.perennial.conformance.rules.Checks.notCompleted;
import static dev.perennial.conformance.rules.Checks.requests;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.testkit.Cut;
import java.util.List;

/** Streams with a declared end, such as the tokens of a language model. */
final class FiniteRules {
  private static final String DONE = "[DONE]";

  private FiniteRules() {}

  static List<Rule> all() {
    return List.of(
        rule("finite-01", "The end marker completes the stream at once, and is not delivered.")
            .covers("F-marker", "F-at-once")
            .scenario(
                s ->
                    s.reply(opened(s).event(null, "a").event(null, DONE).hold())
                        .untilEnded()
                        .until(
                            "the client to close the connection",
                            trace -> !trace.all(Kind.LEFT, 1).isEmpty())
                        .expect(delivered("a"), completed(), left(1), requests(1))),
        rule("finite-02", "An orderly end before the end marker is a failure.")
            .covers("F-incomplete", "F-restart")
            .scenario(s -> incomplete(s, opened(s).event(null, "a").end())),
        rule("finite-03", "A cut before the end marker is a failure.")
            .covers("F-incomplete", "F-restart")
            .scenario(
                s -> incomplete(s, opened(s).event(null, "a").awaitDelivered(1).cut(Cut.FIN))),
        rule("finite-04", "With a cursor the stream resumes until its end marker.")
            .covers("F-resume")
            .needs(KNOWS_END_MARKER, REPORTS_END, RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.reply(opened(s).replay(2).awaitDelivered(2).cut(Cut.FIN))
                        .reply(opened(s).replay(4).event(null, DONE).hold())
                        .untilEnded()
                        .expect(deliveredLog(4), cursors("-", "2"), completed(), requests(2))),
        rule("finite-05", "A POST whose response was cut off is not sent again.")
            .source("RFC 9110 9.2.2")
            .covers("R-post-once", "F-post")
            .on(SSE)
            .needs(KNOWS_END_MARKER, POSTS, RECONNECTS)
            .scenario(
                s ->
                    s.set(to -> to.body("{\"prompt\":\"hello\"}"))
                        .reply(opened(s).event(null, "a").awaitDelivered(1).cut(Cut.RST))
                        .untilServed(1)
                        .quiet(Scenario.LONG_QUIET)
                        .expect(delivered("a"), requests(1), notCompleted())),
        rule("finite-07", "A POST whose response was cut off is not sent again even with a cursor.")
            .source("RFC 9110 9.2.2")
            .covers("R-post-once")
            .on(SSE)
            .needs(KNOWS_END_MARKER, POSTS, RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.set(to -> to.body("{\"prompt\":\"hello\"}"))
                        .reply(opened(s).replay(2).awaitDelivered(2).cut(Cut.RST))
                        .untilServed(1)
                        .quiet(Scenario.LONG_QUIET)
                        .expect(deliveredLog(2), requests(1), notCompleted())),
        rule("finite-06", "A POST that was not processed is sent again, with its body.")
            .source("RFC 9110 9.2.2")
            .covers("R-post")
            .on(SSE)
            .needs(KNOWS_END_MARKER, POSTS, RECONNECTS, REPORTS_END)
            .scenario(
                s ->
                    s.set(to -> to.body("{\"prompt\":\"hello\"}"))
                        .reply(Reply.answer(SSE, 503))
                        .reply(opened(s).event(null, "a").event(null, DONE).hold())
                        .untilEnded()
                        .expect(delivered("a"), completed(), requests(2), sameBody())));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.FINITE, sentence)
        .source("decision: an end before the declared end is a failure")
        .needs(KNOWS_END_MARKER, REPORTS_END);
  }

  private static Reply opened(Scenario scenario) {
    scenario.set(to -> to.endMarker(DONE));
    return Reply.open(scenario.protocol());
  }

  private static void incomplete(Scenario scenario, Reply reply) {
    scenario
        .reply(reply)
        .untilEnded()
        .quiet(Scenario.LONG_QUIET)
        .expect(delivered("a"), failed(), requests(1));
  }

  private static Check sameBody() {
    return Checks.custom(
        "Expected the same body with each request.",
        seen ->
            seen.requests().stream().map(one -> one.request().bodyUtf8()).distinct().count() == 1
                ? null
                : "they differed.");
  }
}
