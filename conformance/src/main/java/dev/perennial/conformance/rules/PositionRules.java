package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.LEAVES_POSITION;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REPORTS_GAPS;
import static dev.perennial.conformance.Capability.SUPPRESSES_REPLAYS;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.gaps;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.testkit.Cut;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Servers that remember how far a client is, such as those with consumer groups. */
final class PositionRules {

  private PositionRules() {}

  static List<Rule> all() {
    return List.of(
        rule("position-01", "Where the server keeps the position, an interruption is no gap.")
            .needs(LEAVES_POSITION, RECONNECTS, REPORTS_GAPS)
            .scenario(
                s ->
                    atServer(s)
                        .reply(events(s, false, 1, 2).awaitDelivered(2).cut(Cut.RST))
                        .reply(events(s, false, 3, 4).hold())
                        .untilDelivered(4)
                        .expect(deliveredLog(4), gaps(0), cursors("-", "-"))),
        rule("position-02", "Where the server keeps the position, no cursor is sent.")
            .needs(LEAVES_POSITION, RECONNECTS)
            .scenario(
                s ->
                    atServer(s)
                        .reply(events(s, true, 1, 2).awaitDelivered(2).cut(Cut.RST))
                        .reply(events(s, true, 3, 4).hold())
                        .untilDelivered(4)
                        .expect(deliveredLog(4), cursors("-", "-"))),
        rule("position-03", "Where the server keeps the position, it may send an event again.")
            .needs(LEAVES_POSITION, RECONNECTS, SUPPRESSES_REPLAYS)
            .scenario(
                s ->
                    atServer(s)
                        .reply(events(s, true, 1, 2).awaitDelivered(2).cut(Cut.RST))
                        .reply(events(s, true, 2, 4).hold())
                        .untilDelivered(4)
                        .expect(deliveredLog(4), cursors("-", "-"))));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.RESUME, sentence)
        .source("decision: a server with consumer groups or acknowledgements needs no cursor")
        .covers("R-position-at-server");
  }

  private static Scenario atServer(Scenario scenario) {
    return scenario.set(to -> to.positionAtServer());
  }

  private static Reply events(Scenario scenario, boolean hasIds, int first, int last) {
    Reply reply = Reply.open(scenario.protocol());
    for (int event = first; event <= last; event++) {
      @Nullable String id = hasIds ? Integer.toString(event) : null;
      reply.event(id, "event " + event);
    }
    return reply;
  }
}
