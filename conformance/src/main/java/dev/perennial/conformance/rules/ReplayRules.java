package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.GOES_ON_AFTER_GAPS;
import static dev.perennial.conformance.Capability.LIMITS_EVENTS;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REPORTS_END;
import static dev.perennial.conformance.Capability.REPORTS_GAPS;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Capability.STARTS_AT_CURSOR;
import static dev.perennial.conformance.Capability.STORES_CURSOR;
import static dev.perennial.conformance.Capability.SUPPRESSES_REPLAYS;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.failed;
import static dev.perennial.conformance.rules.Checks.gaps;
import static dev.perennial.conformance.rules.Checks.requestsAtMost;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import java.util.List;

/** What is a replay and what is another event, and where the place in the stream is unknown. */
final class ReplayRules {
  private static final String CONTENT = "decision: a replay has the same id and the same content";
  private static final String PLACE = "decision: a gap is reported, in order with the events";

  private ReplayRules() {}

  static List<Rule> all() {
    return List.of(
        rule("replay-01", "The same id with other data on a later connection is another event.")
            .source(CONTENT)
            .covers("F63", "P2-content")
            .needs(RECONNECTS)
            .scenario(
                s ->
                    s.reply(opened(s).event("0", "a 0").event("1", "a 1").end())
                        .reply(opened(s).event("0", "b 0").event("1", "b 1").end())
                        .reply(opened(s).event("0", "c 0").hold())
                        .untilDelivered(5)
                        .expect(delivered("a 0", "a 1", "b 0", "b 1", "c 0"))),
        rule("replay-02", "What came before a reported gap is delivered when it comes after it.")
            .source("decision: a consumer may start over at a gap")
            .covers("P2-gap")
            .needs(RECONNECTS, RESUMES, REPORTS_GAPS, GOES_ON_AFTER_GAPS)
            .scenario(
                s ->
                    s.set(to -> to.liveAfterGaps())
                        .reply(opened(s).event("1", "a").event("2", "b").awaitDelivered(2).end())
                        .reply(Reply.answer(s.protocol(), 410))
                        .reply(opened(s).event("1", "a").event("2", "b").event("3", "c").hold())
                        .untilDelivered(5)
                        .expect(delivered("a", "b", "a", "b", "c"), gaps(1))),
        rule("replay-03", "An event that a restart includes again is delivered once.")
            .source("decision: some servers include the event of the cursor")
            .covers("P2-inclusive")
            .needs(RECONNECTS, RESUMES, STARTS_AT_CURSOR, STORES_CURSOR, SUPPRESSES_REPLAYS)
            .scenario(
                s ->
                    s.set(to -> to.startCursor("5"))
                        .reply(opened(s).replay(7, 1).hold())
                        .untilDelivered(2)
                        .expect(deliveredLog(6, 7))),
        rule("replay-04", "An interruption after a start at \"now\" is reported as a gap.")
            .source(PLACE)
            .covers("P4-symbolic")
            .needs(RECONNECTS, STARTS_AT_CURSOR, REPORTS_GAPS)
            .scenario(
                s ->
                    s.set(to -> to.startCursor("now").liveAfterGaps())
                        .reply(opened(s).heartbeat().end())
                        .reply(opened(s).event("12", "a").hold())
                        .untilDelivered(1)
                        .expect(delivered("a"), gaps(1))),
        rule("replay-05", "Without a cursor, an event above the limit is not requested forever.")
            .source("decision: the same failure three times is enough")
            .covers("F67", "H-poison")
            .needs(LIMITS_EVENTS, REPORTS_END, RECONNECTS)
            .scenario(
                s ->
                    s.set(to -> to.maxEventBytes(1_000).liveAfterGaps())
                        .always(opened(s).event(null, "a").event(null, "x".repeat(5_000)).hold())
                        .untilEnded()
                        .expect(failed(), requestsAtMost(3))));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.RESUME, sentence);
  }

  private static Reply opened(Scenario scenario) {
    return Reply.open(scenario.protocol());
  }
}
