package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REPORTS_IDS;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Protocol.SSE;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.ids;
import static dev.perennial.conformance.rules.Checks.types;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import java.util.List;

/** How the bytes of server-sent events become events (WHATWG HTML 9.2.5 and 9.2.6). */
final class SseFramingRules {
  private static final String BOM = "\uFEFF";

  private SseFramingRules() {}

  static List<Rule> all() {
    return List.of(
        rule("sse-01", "One byte order mark at the very start is dropped.")
            .source("HTML 9.2.5")
            .covers("F53", "S-bom")
            .scenario(s -> body(s, BOM + "data: one\n\ndata: two\n\n", "one", "two")),
        rule("sse-02", "A byte order mark split between two reads is dropped, too.")
            .source("HTML 9.2.5")
            .covers("F53", "S-bom")
            .scenario(
                s -> {
                  byte[] mark = BOM.getBytes(UTF_8);
                  s.reply(
                          opened()
                              .send(new byte[] {mark[0]}, "the first byte of a byte order mark")
                              .pause(ofSeconds(1))
                              .send(new byte[] {mark[1], mark[2]}, "its other two bytes")
                              .send("data: one\n\n")
                              .hold())
                      .untilDelivered(1)
                      .expect(delivered("one"));
                }),
        rule("sse-03", "A later byte order mark is data.")
            .source("HTML 9.2.5")
            .covers("F53", "S-bom-later")
            .scenario(
                s ->
                    body(
                        s,
                        BOM + BOM + "data: lost\n\ndata: " + BOM + "kept\n\ndata: two\n\n",
                        BOM + "kept",
                        "two")),
        rule("sse-04", "Lines end with LF, CRLF or CR, also mixed.")
            .source("HTML 9.2.5")
            .covers("S-lines")
            .scenario(
                s ->
                    body(
                        s,
                        "data: lf\n\ndata: crlf\r\n\r\ndata: cr\r\rdata: mixed\r\n\rdata: end\n\n",
                        "lf",
                        "crlf",
                        "cr",
                        "mixed",
                        "end")),
        rule("sse-05", "A blank line that is a CR dispatches at once, without the next byte.")
            .source("HTML 9.2.5")
            .covers("F55", "S-cr")
            .scenario(
                s ->
                    s.reply(opened().send("data: one\r\r").awaitDelivered(1).hold())
                        .untilDelivered(1)
                        .limit(ofSeconds(4))
                        .expect(delivered("one"))),
        rule("sse-06", "A CR at the end of a read and the LF after it are one line end.")
            .source("HTML 9.2.5")
            .covers("F55", "S-cr")
            .scenario(
                s ->
                    s.reply(
                            opened()
                                .send("data: one\r")
                                .pause(ofSeconds(2))
                                .send("\ndata: more\r\n\r")
                                .pause(ofSeconds(2))
                                .send("\ndata: two\n\n")
                                .hold())
                        .untilDelivered(2)
                        .expect(delivered("one\nmore", "two"))),
        rule(
                "sse-07",
                "A body that ends with a lone CR ends the connection, and the client reconnects.")
            .source("HTML 9.2.5")
            .covers("S-lone-cr")
            .needs(RECONNECTS)
            .scenario(
                s ->
                    s.reply(Reply.openUntilClose(SSE).send("id: 1\r\ndata: one\r\n\r").end())
                        .reply(opened().event("2", "two").hold())
                        .untilDelivered(2)
                        .expect(delivered("one", "two"))),
        rule("sse-08", "The client reports the end of a body that ends with a lone CR.")
            .source("HTML 9.2.5")
            .covers("S-lone-cr")
            .needs(Capability.REPORTS_END)
            .scenario(
                s ->
                    s.reply(Reply.openUntilClose(SSE).send("data: one\r\n\r").end())
                        .always(Reply.answer(SSE, 204))
                        .untilEnded()
                        .limit(ofSeconds(4))
                        .expect(delivered("one"))),
        rule("sse-09", "Data lines are joined with LF, and the last LF is dropped.")
            .source("HTML 9.2.6")
            .covers("S-data")
            .scenario(
                s ->
                    body(
                        s,
                        "data: a\ndata: b\ndata:\n\ndata\n\ndata\ndata\n\n",
                        "a\nb\n",
                        "",
                        "\n")),
        rule("sse-10", "Exactly one space after the colon is removed.")
            .source("HTML 9.2.6")
            .covers("S-space")
            .scenario(
                s ->
                    body(
                        s, "data:x\n\ndata: x\n\ndata:  x\n\ndata:\tx\n\n", "x", "x", " x", "\tx")),
        rule("sse-11", "Unknown fields and comments are ignored, and field names are exact.")
            .source("HTML 9.2.6")
            .covers("S-unknown", "S-comment")
            .scenario(
                s ->
                    body(
                        s,
                        """
                        :c
                        foo: bar
                        DATA: no
                        data : no
                        data: one
                        :x

                        : only

                        data: two

                        """,
                        "one",
                        "two")),
        rule("sse-12", "An empty event field means message; another one names the type.")
            .source("HTML 9.2.6")
            .covers("S-type")
            .scenario(
                s ->
                    s.reply(
                            opened()
                                .send("event: add\ndata: 1\n\ndata: 2\n\nevent:\ndata: 3\n\n")
                                .hold())
                        .untilDelivered(3)
                        .expect(types("add", "message", "message"))),
        rule("sse-13", "The last event id applies to the events after it.")
            .source("HTML 9.2.6")
            .covers("S-id-sticky")
            .needs(REPORTS_IDS)
            .scenario(
                s ->
                    s.reply(opened().send("id: 7\ndata: a\n\ndata: b\n\n").hold())
                        .untilDelivered(2)
                        .expect(ids("7", "7"))),
        rule("sse-14", "A block with an id but no data changes the last event id.")
            .source("HTML 9.2.6")
            .covers("F56", "S-id-only")
            .needs(REPORTS_IDS)
            .scenario(
                s ->
                    s.reply(opened().send("id: 1\ndata: a\n\nid: 99\n\ndata: b\n\n").hold())
                        .untilDelivered(2)
                        .expect(delivered("a", "b"), ids("1", "99"))),
        rule("sse-15", "An id with NUL is ignored.")
            .source("HTML 9.2.6")
            .covers("F54", "S-id-nul")
            .needs(REPORTS_IDS)
            .scenario(
                s ->
                    s.reply(opened().send("id: 1\ndata: a\n\nid: 2\0x\ndata: b\n\n").hold())
                        .untilDelivered(2)
                        .expect(ids("1", "1"))),
        rule("sse-16", "An empty id resets the last event id, and the header is not sent then.")
            .source("HTML 9.2.4")
            .covers("F57", "S-id-empty")
            .needs(RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.reply(opened().send("id: 1\ndata: a\n\nid:\ndata: b\n\n").end())
                        .reply(opened().send("data: c\n\n").hold())
                        .untilDelivered(3)
                        .expect(delivered("a", "b", "c"), cursors("-", "-"))),
        rule("sse-17", "An incomplete block at the end is dropped.")
            .source("HTML 9.2.6")
            .covers("S-partial")
            .scenario(
                s ->
                    s.reply(Reply.openUntilClose(SSE).send("data: one\n\ndata: half").end())
                        .always(Reply.answer(SSE, 204))
                        .untilServed(1)
                        .untilDelivered(1)
                        .expect(delivered("one"))),
        rule("sse-18", "An id is UTF-8 and is sent back byte for byte.")
            .source("HTML 9.2.4")
            .covers("F58", "S-header", "S-opaque")
            .needs(RECONNECTS, RESUMES)
            .scenario(
                s ->
                    s.reply(opened().send("id: {\"a\":[\"é<&\"]}\ndata: a\n\n").end())
                        .reply(opened().send("data: b\n\n").hold())
                        .untilDelivered(2)
                        .expect(cursors("-", "{\"a\":[\"é<&\"]}"))),
        rule(
                "sse-19",
                "A character split between two reads is not damaged, and the charset is ignored.")
            .source("HTML 9.2.5")
            .covers("S-utf8", "S-charset")
            .scenario(
                s ->
                    s.reply(
                            Reply.open(SSE, "text/event-stream; charset=iso-8859-1")
                                .trickle("data: é€\uD83D\uDE00\n\n".getBytes(UTF_8), ofSeconds(0)))
                        .untilDelivered(1)
                        .expect(delivered("é€\uD83D\uDE00"))),
        rule("sse-20", "Malformed UTF-8 becomes U+FFFD, and the stream continues.")
            .source("HTML 9.2.5")
            .covers("S-malformed")
            .scenario(
                s ->
                    s.reply(
                            opened()
                                .send(
                                    new byte[] {
                                      'd', 'a', 't', 'a', ':', 'x', (byte) 0xff, 'y', '\n', '\n'
                                    },
                                    "data with a byte that is not UTF-8")
                                .send("data: two\n\n")
                                .hold())
                        .untilDelivered(2)
                        .expect(delivered("x\uFFFDy", "two"))),
        rule("sse-21", "The content type is compared without its case and parameters.")
            .source("RFC 9110 8.3.1")
            .covers("F51", "H-200")
            .scenario(
                s ->
                    s.reply(
                            Reply.open(SSE, "Text/Event-Stream; x=\"a;b\" ; charset=UTF-8")
                                .send("data: one\n\n")
                                .hold())
                        .untilDelivered(1)
                        .expect(delivered("one"))));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.FRAMING, sentence).on(SSE);
  }

  private static Reply opened() {
    return Reply.open(SSE);
  }

  /** Sends a body in one piece, and expects these events. */
  private static void body(Scenario scenario, String body, String... data) {
    scenario.reply(opened().send(body).hold()).untilDelivered(data.length).expect(delivered(data));
  }
}
