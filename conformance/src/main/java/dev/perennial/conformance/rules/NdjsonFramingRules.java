package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.LIMITS_EVENTS;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REPORTS_END;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Capability.SKIPS_MALFORMED;
import static dev.perennial.conformance.Protocol.NDJSON;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.failed;
import static dev.perennial.conformance.rules.Checks.requestsAtMost;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.testkit.Cut;
import java.util.List;

/** How bytes become lines, and lines become events (ndjson-spec 1.0, RFC 8259). */
final class NdjsonFramingRules {
  private static final String SPEC = "ndjson-spec 1.0, 3";

  private NdjsonFramingRules() {}

  static List<Rule> all() {
    return List.of(
        rule("ndjson-01", "A CR before the LF belongs to the line end; a lone CR ends no line.")
            .source(SPEC)
            .covers("N-lines")
            .scenario(
                s ->
                    s.reply(opened().send("{\"data\":\"a\"}\r\n{\"data\":\r\"b\"}\n").hold())
                        .untilDelivered(2)
                        .expect(delivered("a", "b"))),
        rule("ndjson-02", "One byte order mark at the very start is dropped.")
            .source("RFC 8259 8.1")
            .covers("N-bom")
            .scenario(
                s ->
                    s.reply(opened().send("\uFEFF{\"data\":\"a\"}\n").hold())
                        .untilDelivered(1)
                        .expect(delivered("a"))),
        rule(
                "ndjson-03",
                "Neither a character nor a line is damaged when it is split between two reads.")
            .source("RFC 3629")
            .covers("N-splits", "F7")
            .scenario(
                s ->
                    s.reply(
                            opened()
                                .trickle(
                                    "{\"data\":\"é€\uD83D\uDE00\"}\n".getBytes(UTF_8), ofSeconds(0))
                                .hold())
                        .untilDelivered(1)
                        .expect(delivered("é€\uD83D\uDE00"))),
        rule("ndjson-04", "Blank lines are not events.")
            .source(SPEC)
            .covers("N-blank")
            .scenario(
                s ->
                    s.reply(opened().send("\n\r\n{\"data\":\"a\"}\n\n\n{\"data\":\"b\"}\n").hold())
                        .untilDelivered(2)
                        .expect(delivered("a", "b"))),
        rule("ndjson-05", "A line that was cut off is not delivered, even if it parses.")
            .source("decision: a number may have lost its last digits")
            .covers("F69", "N-last")
            .needs(RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.reply(
                            Reply.openUntilClose(NDJSON)
                                .replay(1)
                                .send("{\"id\":\"2\",\"data\":\"event 2\"}")
                                .cut(Cut.FIN))
                        .reply(opened().replay(3).hold())
                        .untilDelivered(3)
                        .expect(deliveredLog(3), cursors("-", "1"))),
        rule("ndjson-06", "A line that is not JSON is never delivered.")
            .source("RFC 8259 2")
            .covers("F68", "N-json", "N-malformed")
            .needs(SKIPS_MALFORMED)
            .scenario(s -> malformed(s, "{\"data\":oops}\n")),
        rule("ndjson-13", "A malformed line ends its connection, and the third time the stream.")
            .source("decision: a malformed event is requested again, but not forever")
            .covers("F68", "N-malformed", "H-poison")
            .needs(RECONNECTS, RESUMES, REPORTS_END)
            .scenario(
                s ->
                    s.reply(opened().replay(1).send("{\"data\":oops}\n").hold())
                        .always(opened().send("{\"data\":oops}\n").hold())
                        .untilEnded()
                        .expect(deliveredLog(1), failed(), requestsAtMost(3), cursors("-", "1"))),
        rule("ndjson-07", "A line with a second value is malformed as a whole.")
            .source(SPEC)
            .covers("F68", "N-json")
            .needs(SKIPS_MALFORMED)
            .scenario(s -> malformed(s, "{\"data\":\"x\"} {\"data\":\"y\"}\n")),
        rule("ndjson-08", "A line that is not UTF-8 is malformed, and is not repaired.")
            .source("RFC 8259 8.1")
            .covers("F68", "N-utf8")
            .needs(SKIPS_MALFORMED)
            .scenario(
                s ->
                    s.set(to -> to.skipMalformed())
                        .reply(
                            opened()
                                .send("{\"data\":\"a\"}\n")
                                .send(
                                    new byte[] {
                                      '{', '"', 'd', '"', ':', '"', (byte) 0xc0, '"', '}', '\n'
                                    },
                                    "a line with a byte that is not UTF-8")
                                .send("{\"data\":\"b\"}\n")
                                .hold())
                        .untilDelivered(2)
                        .expect(delivered("a", "b"))),
        rule(
                "ndjson-09",
                "A line of a hundred thousand open brackets is malformed, and does no other harm.")
            .source("RFC 8259 9")
            .covers("F68", "N-depth")
            .needs(SKIPS_MALFORMED)
            .scenario(s -> malformed(s, "[".repeat(100_000) + "\n")),
        rule("ndjson-10", "A numeric id is sent back digit for digit.")
            .source("decision: a cursor is opaque")
            .covers("N-cursor")
            .needs(RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.reply(
                            opened()
                                .send("{\"id\":10000000000000000000001,\"data\":\"a\"}\n")
                                .end())
                        .reply(opened().send("{\"id\":2,\"data\":\"b\"}\n").hold())
                        .untilDelivered(2)
                        .expect(delivered("a", "b"), cursors("-", "10000000000000000000001"))),
        rule("ndjson-11", "The cursor is sent as one query value, whatever characters it has.")
            .source("RFC 3986 2")
            .covers("N-since", "S3")
            .needs(RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.reply(opened().event("a&b=c+1 %#é?/", "a").end())
                        .reply(opened().event("2", "b").hold())
                        .untilDelivered(2)
                        .expect(delivered("a", "b"), cursors("-", "a&b=c+1 %#é?/"))),
        rule("ndjson-12", "Each media type of the format opens the stream.")
            .source("decision: what servers send")
            .covers("N-types")
            .scenario(
                s ->
                    s.reply(
                            Reply.open(NDJSON, "Application/JSONL; charset=utf-8")
                                .send("{\"data\":\"a\"}\n")
                                .hold())
                        .untilDelivered(1)
                        .expect(delivered("a"))),
        rule("ndjson-14", "Values without line ends are noticed, instead of waiting for a line.")
            .source("ndjson-spec 1.0, 3.1; decision: a wrong framing is no silence")
            .optional()
            .covers("N-lines")
            .needs(REPORTS_END)
            .scenario(
                s ->
                    s.always(
                            opened()
                                .send("{\"data\":\"a\"}{\"data\":\"b\"}{\"data\":\"c\"}")
                                .hold())
                        .untilEnded()
                        .expect(delivered(), failed())),
        rule("ndjson-15", "Blanks are none of the value after them, and do not count for it.")
            .source("RFC 8259 2")
            .covers("N-blank", "N-limit")
            .needs(LIMITS_EVENTS)
            .scenario(
                s ->
                    s.set(to -> to.maxEventBytes(100))
                        .reply(opened().send(" ".repeat(500)).send("{\"data\":\"a\"}\n").hold())
                        .untilDelivered(1)
                        .expect(delivered("a"))));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.FRAMING, sentence).on(NDJSON);
  }

  private static Reply opened() {
    return Reply.open(NDJSON);
  }

  /** Writes a malformed line between two valid ones, for a client that skips it. */
  private static void malformed(Scenario scenario, String line) {
    scenario
        .set(to -> to.skipMalformed())
        .reply(opened().send("{\"data\":\"a\"}\n" + line + "{\"data\":\"b\"}\n").hold())
        .untilDelivered(2)
        .expect(delivered("a", "b"));
  }
}
