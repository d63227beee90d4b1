package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.ACCEPTS_ANY_TYPE;
import static dev.perennial.conformance.Capability.ASKS_FOR_GZIP;
import static dev.perennial.conformance.Protocol.NDJSON;
import static dev.perennial.conformance.Protocol.SSE;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Which content types and codings open a stream. */
final class ContentRules {
  private static final String NO_CODING = "decision: a coding that means nothing changes nothing";

  private ContentRules() {}

  static List<Rule> all() {
    return List.of(
        rule("http-type-01", "200 with another content type is never parsed.")
            .source("HTML 9.2.3")
            .covers("F50", "H-type")
            .scenario(s -> refused(s, Reply.open(s.protocol(), "text/html"))),
        rule("http-type-02", "200 without a content type is never parsed.")
            .source("HTML 9.2.3")
            .covers("F51", "H-type")
            .scenario(s -> refused(s, Reply.open(s.protocol(), ""))),
        rule("http-type-03", "A client that accepts any content type opens any.")
            .source("RFC 9110 12.5.1")
            .covers("R-accept-any")
            .needs(ACCEPTS_ANY_TYPE)
            .scenario(s -> accepted(s, "text/html")),
        rule("http-type-04", "A client that accepts any content type opens a body without one.")
            .source("RFC 9110 8.3")
            .covers("R-accept-any")
            .needs(ACCEPTS_ANY_TYPE)
            .scenario(s -> accepted(s, "")),
        rule("http-coding-01", "A content coding that was not requested gives no events.")
            .source("RFC 9110 8.4")
            .covers("F23", "R-coding")
            .scenario(s -> refused(s, encoded(s, "br"))),
        ignored("http-coding-02", "A content coding of \"identity\" changes nothing.", "identity"),
        ignored("http-coding-03", "A content coding of \"none\" changes nothing.", "none"),
        ignored("http-coding-04", "An empty content coding changes nothing.", ""),
        ignored("http-coding-05", "A content coding that is none changes nothing.", "utf-8"),
        rule("http-gzip-01", "Gzip in several members is one body.")
            .source("RFC 1952 2.2")
            .covers("R-gzip-members")
            .needs(ASKS_FOR_GZIP)
            .scenario(
                s ->
                    s.set(to -> to.gzip())
                        .reply(
                            encoded(s, "gzip")
                                .send(gzip(s, 1), "event 1, compressed")
                                .send(gzip(s, 2), "event 2, compressed")
                                .hold())
                        .untilDelivered(2)
                        .expect(deliveredLog(2))));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.ANSWERS, sentence).on(SSE, NDJSON);
  }

  private static Rule ignored(String id, String sentence, String coding) {
    return rule(id, sentence)
        .source(coding.equals("identity") ? "RFC 9110 8.4" : NO_CODING)
        .covers("R-coding-none")
        .scenario(
            s ->
                s.reply(encoded(s, coding).replay(2).hold())
                    .untilDelivered(2)
                    .expect(deliveredLog(2)));
  }

  private static Reply encoded(Scenario scenario, String coding) {
    return Reply.open(
        scenario.protocol(),
        WireFormat.contentType(scenario.protocol()),
        "Content-Encoding: " + coding);
  }

  private static void refused(Scenario scenario, Reply opened) {
    scenario
        .reply(opened.replay(2).end())
        .always(Reply.answer(scenario.protocol(), 204))
        .untilServed(1)
        .quiet(ofSeconds(4))
        .expect(delivered());
  }

  private static void accepted(Scenario scenario, String contentType) {
    scenario
        .set(to -> to.acceptAnyType())
        .reply(Reply.open(scenario.protocol(), contentType).replay(2).hold())
        .untilDelivered(2)
        .expect(deliveredLog(2));
  }

  private static byte[] gzip(Scenario scenario, int event) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(WireFormat.event(scenario.protocol(), "" + event, null, "event " + event));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
    return compressed.toByteArray();
  }
}
