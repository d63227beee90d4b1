package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Capability.STARTS_AT_CURSOR;
import static dev.perennial.conformance.Capability.STORES_CURSOR;
import static dev.perennial.conformance.Capability.SUPPRESSES_REPLAYS;
import static dev.perennial.conformance.Protocol.NDJSON;
import static dev.perennial.conformance.Protocol.SSE;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.nothingLost;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.TraceEvent;
import dev.perennial.conformance.scenario.TraceView;
import dev.perennial.conformance.scenario.WireFormat;
import dev.perennial.testkit.Cut;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a client resumes, and which duplicates it suppresses. */
final class ResumeRules {
  private static final String PROMISE = "decision: at least once, in order";
  private static final String ONCE = "decision: no replay twice";

  private ResumeRules() {}

  static List<Rule> all() {
    return List.of(
        rule("resume-01", "The first request has no cursor when none is given.")
            .source("HTML 9.2.4")
            .covers("S-header")
            .scenario(
                s -> s.reply(opened(s).replay(1).hold()).untilDelivered(1).expect(cursors("-"))),
        rule("resume-02", "Each reconnect resumes after the last received event.")
            .source(PROMISE)
            .covers("P1-position", "R22")
            .needs(RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.reply(opened(s).replay(2).end())
                        .reply(opened(s).replay(3).end())
                        .reply(opened(s).replay(7).end())
                        .reply(opened(s).replay(8).hold())
                        .untilDelivered(8)
                        .expect(deliveredLog(8), cursors("-", "2", "3", "7"))),
        rule("resume-03", "A connection without events does not change the cursor.")
            .source(PROMISE)
            .covers("P1-position")
            .needs(RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.reply(opened(s).replay(2).end())
                        .reply(opened(s).heartbeat().end())
                        .reply(Reply.answer(s.protocol(), 503))
                        .reply(opened(s).replay(4).hold())
                        .untilDelivered(4)
                        .expect(deliveredLog(4), cursors("-", "2", "2", "2"))),
        rule("resume-04", "A given cursor is sent with the first request.")
            .source(PROMISE)
            .covers("P3-resume")
            .needs(STARTS_AT_CURSOR)
            .scenario(
                s ->
                    s.set(to -> to.startCursor("5"))
                        .reply(opened(s).replay(7).hold())
                        .untilDelivered(2)
                        .expect(deliveredLog(6, 7), cursors("5"))),
        rule("resume-05", "A block with an id but no data changes the cursor of a reconnect.")
            .source("HTML 9.2.6")
            .covers("F56", "S-id-only")
            .on(SSE)
            .needs(RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.reply(opened(s).send("id: 1\ndata: a\n\nid: 41\n\n").end())
                        .reply(opened(s).event("42", "b").hold())
                        .untilDelivered(2)
                        .expect(delivered("a", "b"), cursors("-", "41"))),
        rule("resume-06", "The id of an incomplete block is not used as a cursor.")
            .source("HTML 9.2.6")
            .covers("S-id-blank", "S-partial")
            .on(SSE)
            .needs(RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.reply(
                            Reply.openUntilClose(SSE)
                                .send("id: 1\ndata: event 1\n\nid: 2\ndata: half\n")
                                .end())
                        .reply(opened(s).replay(3).hold())
                        .untilDelivered(3)
                        .expect(deliveredLog(3), cursors("-", "1"))),
        rule("resume-07", "Events that a reconnect replays are delivered once.")
            .source(ONCE)
            .covers("F60", "P2-once")
            .needs(RECONNECTS, RESUMES, SUPPRESSES_REPLAYS)
            .scenario(
                s ->
                    s.reply(opened(s).replay(10).end())
                        .reply(opened(s).replay(12, 10).end())
                        .reply(opened(s).replay(15, 4).hold())
                        .untilDelivered(15)
                        .expect(deliveredLog(15))),
        rule("resume-08", "Events with the same id on one connection are all delivered.")
            .source("decision: an id may name an entity")
            .covers("F63", "P2-repeated")
            .scenario(
                s ->
                    s.reply(
                            opened(s)
                                .event("cat", "1")
                                .event("dog", "2")
                                .event("cat", "3")
                                .event("cat", "4")
                                .hold())
                        .untilDelivered(4)
                        .expect(delivered("1", "2", "3", "4"))),
        rule("resume-09", "Events without ids are all delivered, whatever their data.")
            .source(ONCE)
            .covers("F59", "P2-own")
            .needs(RECONNECTS)
            .scenario(
                s ->
                    s.set(to -> to.liveAfterGaps())
                        .reply(opened(s).event(null, "same").event(null, "same").end())
                        .reply(opened(s).event(null, "same").hold())
                        .untilDelivered(3)
                        .expect(delivered("same", "same", "same"))),
        rule("resume-10", "An id inherited from an earlier event does not mark a duplicate.")
            .source(ONCE)
            .covers("P2-own", "S-id-own")
            .on(SSE)
            .needs(RECONNECTS)
            .scenario(
                s ->
                    s.reply(opened(s).send("id: 1\ndata: a\n\ndata: b\n\n").end())
                        .reply(opened(s).send("data: c\n\ndata: d\n\n").hold())
                        .untilDelivered(4)
                        .expect(delivered("a", "b", "c", "d"))),
        rule("resume-11", "An overlap larger than any dedupe window loses nothing.")
            .source("decision: the window is bounded by count")
            .covers("F61", "P2-window")
            .on(SSE, NDJSON)
            .needs(RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.reply(opened(s).replay(2_500).awaitDelivered(2_500).end())
                        .always(opened(s).replay(2_600, 2_500).hold())
                        .until("the last event", trace -> trace.isNewest("event 2600"))
                        .limit(ofSeconds(15))
                        .expect(nothingLost(1, 2_600), boundedWindow())),
        rule("resume-12", "A stream that is cut again and again is delivered completely.")
            .source(PROMISE)
            .covers("P1-order", "P2-once", "F60")
            .needs(RECONNECTS, RESUMES, SUPPRESSES_REPLAYS)
            .scenario(ResumeRules::cutAgainAndAgain),
        rule("resume-13", "The next process resumes after the last processed event.")
            .source(PROMISE)
            .covers("P1-ack", "P3-resume", "F73")
            .needs(RECONNECTS, RESUMES, STORES_CURSOR, STARTS_AT_CURSOR)
            .scenario(
                s ->
                    s.failsAt(3)
                        .restarts()
                        .reply(opened(s).replay(5).hold())
                        .always(opened(s).replay(6).hold())
                        .until("event 6", trace -> trace.isNewest("event 6"))
                        .expect(nothingLost(1, 6), storedNoMoreThanDone())),
        rule("resume-14", "The stored cursor never passes the last processed event.")
            .source(PROMISE)
            .covers("P1-ack", "P3-atomic")
            .needs(STORES_CURSOR, Capability.WAITS_FOR_CONSUMER)
            .scenario(
                s ->
                    s.pausesAt(3, ofSeconds(20))
                        .reply(opened(s).replay(6).hold())
                        .untilDelivered(6)
                        .quiet(ofSeconds(10))
                        .expect(deliveredLog(6), storedNoMoreThanDone())));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.RESUME, sentence);
  }

  private static Reply opened(Scenario scenario) {
    return Reply.open(scenario.protocol());
  }

  private static void cutAgainAndAgain(Scenario scenario) {
    scenario.set(to -> to.baseDelay(ofMillis(40))).set(to -> to.maxDelay(ofMillis(80)));
    Cut[] cuts = Cut.values();
    for (int i = 1; i <= 40; i++) {
      Reply reply = opened(scenario).replay(i * 7, i % 5);
      scenario.reply(
          switch (i % 4) {
            case 0 -> reply.end();
            case 1 -> reply.cut(cuts[i % cuts.length]);
            case 2 -> Reply.answer(scenario.protocol(), 503);
            default -> reply.awaitDelivered(i * 7).cut(Cut.RST);
          });
    }
    scenario
        .reply(opened(scenario).replay(300, 9).hold())
        .untilDelivered(300)
        .limit(ofSeconds(20))
        .expect(deliveredLog(300));
  }

  /** Expects duplicates: a window that remembers everything grows forever. */
  private static Check boundedWindow() {
    return Checks.custom(
        "Expected the dedupe window to be bounded.",
        seen -> {
          int again = seen.data().size() - 2_600;
          return again > 0 ? null : "an overlap of 2500 was suppressed completely.";
        });
  }

  /** Expects each saved event, and all before it, to be processed. */
  static Check storedNoMoreThanDone() {
    return Checks.custom(
        "Expected no cursor to be stored before its event was processed.",
        ResumeRules::storedTooEarly);
  }

  private static @Nullable String storedTooEarly(TraceView seen) {
    int handed = 0;
    boolean isHeld = false;
    for (TraceEvent event : seen.trace().all()) {
      switch (event.kind()) {
        case EVENT -> handed = Math.max(handed, numberOf(seen.protocol(), event));
        case HELD -> isHeld = true;
        case RELEASED -> isHeld = false;
        case STORED -> {
          int done = isHeld ? handed - 1 : handed;
          if (!event.text().isEmpty() && Integer.parseInt(event.text()) > done) {
            return "cursor " + event.text() + " was stored when event " + done + " was the last.";
          }
        }
        default -> {}
      }
    }
    return null;
  }

  private static int numberOf(Protocol protocol, TraceEvent event) {
    String id = protocol == SSE ? event.id() : WireFormat.field(event.text(), "id");
    return id == null || id.isEmpty() ? 0 : Integer.parseInt(id);
  }
}
