package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.ENDS_WITH_BODY;
import static dev.perennial.conformance.Capability.REPORTS_END;
import static dev.perennial.conformance.Protocol.NDJSON;
import static dev.perennial.conformance.Protocol.SSE;
import static dev.perennial.conformance.rules.Checks.completed;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.failed;
import static dev.perennial.conformance.rules.Checks.requests;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.WireFormat;
import dev.perennial.testkit.Cut;
import java.util.List;

/** Streams that are complete with the body of their response, as far as that is complete. */
final class BodyEndRules {
  private static final String INCOMPLETE = "RFC 9112 8";

  private BodyEndRules() {}

  static List<Rule> all() {
    return List.of(
        rule("body-01", "The declared end of the body completes the stream.")
            .source("RFC 9112 6.3")
            .scenario(
                s ->
                    ended(s)
                        .reply(opened(s).event(null, "a").end())
                        .untilEnded()
                        .quiet(Scenario.LONG_QUIET)
                        .expect(delivered("a"), completed(), requests(1))),
        rule("body-02", "A body that ends inside an event is incomplete.")
            .source("decision: what was cut off is no success")
            .scenario(s -> incomplete(s, opened(s).event(null, "a").send(part(s)).end())),
        rule("body-03", "A body that ends inside of its last line is incomplete.")
            .source("decision: what was cut off is no success")
            .scenario(s -> incomplete(s, opened(s).event(null, "a").send(lastLine(s)).end())),
        rule("body-04", "A body whose last chunk is missing is incomplete.")
            .source(INCOMPLETE)
            .scenario(
                s -> incomplete(s, opened(s).event(null, "a").awaitDelivered(1).cut(Cut.FIN))),
        rule("body-05", "A body that is shorter than its length is incomplete.")
            .source(INCOMPLETE)
            .scenario(s -> incomplete(s, tooShort(s).awaitDelivered(1).cut(Cut.FIN))),
        rule("body-06", "A body without a length or chunks is incomplete when its connection ends.")
            .source(INCOMPLETE)
            .scenario(
                s ->
                    incomplete(
                        s,
                        Reply.openUntilClose(s.protocol())
                            .event(null, "a")
                            .awaitDelivered(1)
                            .cut(Cut.FIN))));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.FINITE, sentence)
        .covers("F-body")
        .on(SSE, NDJSON)
        .needs(ENDS_WITH_BODY, REPORTS_END);
  }

  private static Scenario ended(Scenario scenario) {
    return scenario.set(to -> to.endsWithBody());
  }

  private static Reply opened(Scenario scenario) {
    return Reply.open(scenario.protocol());
  }

  private static void incomplete(Scenario scenario, Reply reply) {
    ended(scenario)
        .reply(reply)
        .untilEnded()
        .quiet(Scenario.LONG_QUIET)
        .expect(delivered("a"), failed(), requests(1));
  }

  /** Returns whole lines that are no whole event, where the format has such. */
  private static String part(Scenario scenario) {
    return scenario.protocol() == SSE ? "data: b\n" : "{\"data\":";
  }

  /** Returns a line that may be whole, but nothing says so. */
  private static String lastLine(Scenario scenario) {
    return scenario.protocol() == SSE ? "data: b" : WireFormat.json(null, null, "b");
  }

  private static Reply tooShort(Scenario scenario) {
    return Reply.silent(scenario.protocol())
        .raw(
            "HTTP/1.1 200 OK\r\nContent-Type: "
                + WireFormat.contentType(scenario.protocol())
                + "\r\nContent-Length: 1000\r\n\r\n")
        .event(null, "a");
  }
}
