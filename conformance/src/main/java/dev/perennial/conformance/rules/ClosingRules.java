package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.FOLLOWS_MANY;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REPORTS_END;
import static dev.perennial.conformance.Capability.TAKES_DELAYS;
import static dev.perennial.conformance.Capability.WAITS_FOR_CONSUMER;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.notCompleted;
import static dev.perennial.conformance.rules.Checks.quietAfterClose;
import static dev.perennial.conformance.rules.Checks.requests;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.conformance.scenario.TraceView;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What remains after a client was closed. */
final class ClosingRules {
  private static final Duration SECOND = ofSeconds(1);

  private ClosingRules() {}

  static List<Rule> all() {
    return List.of(
        rule(
                "closing-01",
                "Within a second after close the connection is closed and nothing is delivered.")
            .covers("P8-quiet", "P8-second", "F75", "R7", "R11", "R26")
            .scenario(
                s ->
                    s.reply(opened(s).replay(2).hold())
                        .untilDelivered(2)
                        .thenClosed()
                        .expect(deliveredLog(2), quietAfterClose(), goneInTime(1))),
        rule("closing-02", "Close ends a wait for the next attempt.")
            .covers("P8-quiet", "F75", "R31")
            .needs(RECONNECTS, TAKES_DELAYS)
            .scenario(
                s ->
                    s.set(to -> to.baseDelay(ofSeconds(8)))
                        .set(to -> to.maxDelay(ofSeconds(8)))
                        .always(Reply.answer(s.protocol(), 503))
                        .untilServed(1)
                        .quiet(Duration.ZERO)
                        .thenClosed()
                        .expect(quietAfterClose())),
        rule("closing-03", "Close ends an attempt without a response.")
            .covers("P8-second", "F75", "R19")
            .scenario(
                s ->
                    s.reply(
                            Reply.silent(s.protocol())
                                .await(trace -> trace.count(Kind.CLOSED) > 0, "does not answer")
                                .hold())
                        .untilRequests(1)
                        .quiet(ofSeconds(2))
                        .thenClosed()
                        .expect(requests(1), quietAfterClose(), goneInTime(1))),
        rule("closing-04", "Close from within a handler ends the stream.")
            .covers("F74", "P8-quiet", "R30")
            .needs(WAITS_FOR_CONSUMER)
            .scenario(
                s ->
                    s.closesAt(2)
                        .reply(opened(s).replay(50).hold())
                        .untilDelivered(2)
                        .thenClosed()
                        .expect(deliveredLog(2), goneInTime(1))),
        rule("closing-05", "Closing many streams leaves no connection open.")
            .covers("F76", "P8-second", "R12", "R29")
            .needs(FOLLOWS_MANY)
            .scenario(
                s ->
                    s.streams(4)
                        .replies(4, opened(s).replay(1).hold())
                        .until("an event on each stream", trace -> trace.count(Kind.EVENT) >= 4)
                        .thenClosed()
                        .expect(
                            quietAfterClose(),
                            goneInTime(1),
                            goneInTime(2),
                            goneInTime(3),
                            goneInTime(4))),
        rule("closing-06", "A stream that was closed is not reported as complete.")
            .source("decision: what was left is not all there is")
            .covers("F-completed")
            .needs(REPORTS_END)
            .scenario(
                s ->
                    s.reply(opened(s).replay(2).hold())
                        .untilDelivered(2)
                        .thenClosed()
                        .expect(deliveredLog(2), notCompleted())));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.CLOSING, sentence).source("decision: quiet after close");
  }

  private static Reply opened(Scenario scenario) {
    return Reply.open(scenario.protocol());
  }

  private static Check goneInTime(int connection) {
    return Checks.custom(
        "Expected connection " + connection + " to be closed within a second after close.",
        seen -> stillThere(seen, connection));
  }

  private static @Nullable String stillThere(TraceView seen, int connection) {
    List<TraceEvent> left = seen.trace().all(Kind.LEFT, connection);
    if (left.isEmpty()) {
      return "it was still open.";
    }
    long after = left.get(0).atNanos() - seen.closedAt();
    return after <= SECOND.toNanos() ? null : "it took " + Format.nanos(after) + ".";
  }
}
