package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.GOES_ON_AFTER_GAPS;
import static dev.perennial.conformance.Capability.KNOWS_GAP_MARKER;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REPORTS_GAPS;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.rules.Checks.completed;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.gaps;
import static dev.perennial.conformance.rules.Checks.notCompleted;
import static dev.perennial.conformance.rules.Checks.requests;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import dev.perennial.conformance.scenario.TraceView;
import dev.perennial.testkit.Cut;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a client reports what cannot be replayed. A lost cursor is never sent again. */
final class GapRules {
  private static final String REPORTED = "decision: a gap is reported, in order with the events";

  private GapRules() {}

  static List<Rule> all() {
    return List.of(
        rule("gap-01", "410 to a cursor is reported as a gap, and that cursor is not sent again.")
            .covers("F48", "H-410", "R25")
            .needs(RECONNECTS, RESUMES, REPORTS_GAPS)
            .scenario(
                s ->
                    s.reply(opened(s).replay(3).awaitDelivered(3).cut(Cut.FIN))
                        .reply(Reply.answer(s.protocol(), 410))
                        .untilServed(2)
                        .quiet(Scenario.LONG_QUIET)
                        .expect(deliveredLog(3), gaps(1), requests(2), notCompleted())),
        rule("gap-02", "A client that continues after a gap reconnects without the lost cursor.")
            .covers("F48", "H-410", "P4-order")
            .needs(RECONNECTS, RESUMES, REPORTS_GAPS, GOES_ON_AFTER_GAPS)
            .scenario(
                s ->
                    s.set(to -> to.liveAfterGaps())
                        .reply(opened(s).replay(3).awaitDelivered(3).cut(Cut.FIN))
                        .reply(Reply.answer(s.protocol(), 410))
                        .reply(opened(s).event("8", "event 8").hold())
                        .untilDelivered(4)
                        .expect(
                            delivered("event 1", "event 2", "event 3", "event 8"),
                            cursors("-", "3", "-"),
                            gaps(1),
                            order("event 3", "gap", "event 8"))),
        rule("gap-03", "204 with X-Replay-Not-Possible is a gap when a cursor was sent.")
            .covers("H-204-gap")
            .needs(RECONNECTS, RESUMES, REPORTS_GAPS)
            .scenario(
                s ->
                    s.reply(opened(s).replay(3).awaitDelivered(3).cut(Cut.FIN))
                        .reply(Reply.answer(s.protocol(), 204, "X-Replay-Not-Possible: true"))
                        .untilServed(2)
                        .quiet(Scenario.LONG_QUIET)
                        .expect(deliveredLog(3), gaps(1), requests(2), notCompleted())),
        rule(
                "gap-04",
                "204 with X-Replay-Not-Possible completes the stream when no cursor was sent.")
            .covers("H-204-gap")
            .needs(RECONNECTS, REPORTS_GAPS, Capability.REPORTS_END)
            .scenario(
                s ->
                    s.reply(Reply.answer(s.protocol(), 204, "X-Replay-Not-Possible: true"))
                        .untilEnded()
                        .expect(completed(), gaps(0), requests(1))),
        rule("gap-05", "A reconnect that resumes is not a gap.")
            .covers("P4-no-cursor")
            .needs(RECONNECTS, RESUMES, REPORTS_GAPS)
            .scenario(
                s ->
                    s.reply(opened(s).replay(3).end())
                        .reply(opened(s).replay(5).awaitDelivered(5).cut(Cut.RST))
                        .reply(opened(s).replay(6).hold())
                        .untilDelivered(6)
                        .expect(deliveredLog(6), gaps(0))),
        rule("gap-06", "An interruption without a cursor is reported as a gap, in order.")
            .covers("P4-no-cursor", "F59")
            .needs(RECONNECTS, REPORTS_GAPS)
            .scenario(
                s ->
                    s.reply(opened(s).event(null, "a").awaitDelivered(1).cut(Cut.RST))
                        .reply(opened(s).event(null, "b").hold())
                        .untilDelivered(2)
                        .expect(delivered("a", "b"), gaps(1), order("a", "gap", "b"))),
        rule("gap-07", "A gap that is reported within the stream loses the cursor, too.")
            .covers("P4-order")
            .needs(RECONNECTS, RESUMES, REPORTS_GAPS, GOES_ON_AFTER_GAPS, KNOWS_GAP_MARKER)
            .scenario(
                s ->
                    s.set(to -> to.liveAfterGaps())
                        .set(to -> to.gapMarker("expired"))
                        .reply(opened(s).replay(3).awaitDelivered(3).cut(Cut.FIN))
                        .reply(opened(s).event(null, "expired").pause(ofSeconds(2)).cut(Cut.FIN))
                        .reply(opened(s).event("8", "event 8").hold())
                        .untilDelivered(4)
                        .expect(
                            delivered("event 1", "event 2", "event 3", "event 8"),
                            cursors("-", "3", "-"),
                            gapAfter("event 3"))));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.GAPS, sentence).source(REPORTED);
  }

  private static Reply opened(Scenario scenario) {
    return Reply.open(scenario.protocol());
  }

  /** Expects a gap between this event and the next one. */
  private static Check gapAfter(String data) {
    return Checks.custom(
        "Expected a gap after " + data + ".",
        seen -> {
          boolean isAfter = false;
          for (TraceEvent event : seen.trace().all()) {
            if (isAfter && event.kind() == Kind.GAP) {
              return null;
            }
            isAfter = event.kind() == Kind.EVENT ? seen.dataOf(event).equals(data) : isAfter;
          }
          return "there was none.";
        });
  }

  /** Expects these events and gaps, in this order. */
  private static Check order(String... expected) {
    return Checks.custom(
        "Expected the order " + List.of(expected) + ".", seen -> misplaced(seen, expected));
  }

  private static @Nullable String misplaced(TraceView seen, String... expected) {
    List<String> order = new ArrayList<>();
    for (TraceEvent event : seen.trace().all()) {
      boolean isEvent = event.kind() == Kind.EVENT;
      for (String one : expected) {
        boolean isGap = event.kind() == Kind.GAP && one.equals("gap");
        if (isGap || (isEvent && seen.dataOf(event).equals(one))) {
          order.add(one);
        }
      }
    }
    return order.equals(List.of(expected)) ? null : "it was " + order + ".";
  }
}
