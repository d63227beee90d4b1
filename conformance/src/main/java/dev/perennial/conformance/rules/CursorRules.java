package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.GOES_ON_AFTER_GAPS;
import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REPORTS_GAPS;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Protocol.NDJSON;
import static dev.perennial.conformance.Protocol.SSE;
import static dev.perennial.conformance.Protocol.WEBSOCKET;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.gaps;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Format;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.TraceView;
import dev.perennial.conformance.scenario.TracedRequest;
import dev.perennial.testkit.Cut;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a cursor gets into a request unchanged, or not at all. */
final class CursorRules {
  private static final String PARAMETER = "page[after]";

  private CursorRules() {}

  static List<Rule> all() {
    return List.of(
        rule("cursor-01", "An id with blanks at its ends is never sent as another one.")
            .source("RFC 9110 5.5")
            .scenario(s -> neverChanged(s, " 7 ")),
        rule("cursor-02", "An id with a control character is never sent.")
            .source("RFC 9110 5.5")
            .scenario(s -> neverChanged(s, "7\u0001")),
        rule("cursor-03", "An id that a header does not carry is a gap, and no cursor follows.")
            .source("decision: what cannot be replayed is reported")
            .needs(RECONNECTS, RESUMES, REPORTS_GAPS, GOES_ON_AFTER_GAPS)
            .scenario(
                s ->
                    s.set(to -> to.liveAfterGaps())
                        .reply(lost(" 7 "))
                        .reply(Reply.open(SSE).event("8", "event 8").hold())
                        .untilDelivered(2)
                        .expect(delivered("event 7", "event 8"), cursors("-", "-"), gaps(1))),
        replaced("cursor-04", "The cursor replaces its parameter of the URL.", PARAMETER),
        replaced(
            "cursor-05",
            "The cursor replaces its parameter of the URL, however its name is encoded.",
            "p%61ge%5Bafter%5d"));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.RESUME, sentence)
        .covers("R-cursor-unchanged")
        .on(SSE)
        .needs(RECONNECTS, RESUMES);
  }

  /** Returns a reply with one event, after which the connection is lost. */
  private static Reply lost(String id) {
    return Reply.open(SSE).send("id: " + id + "\ndata: event 7\n\n").awaitDelivered(1).cut(Cut.RST);
  }

  private static void neverChanged(Scenario scenario, String id) {
    scenario
        .reply(lost(id))
        .always(Reply.open(SSE).hold())
        .untilServed(1)
        .quiet(Scenario.LONG_QUIET)
        .expect(
            delivered("event 7"),
            Checks.custom("Expected no request with a cursor.", CursorRules::anyCursor));
  }

  private static @Nullable String anyCursor(TraceView seen) {
    for (TracedRequest request : seen.requests()) {
      String cursor = request.cursor();
      if (cursor != null) {
        return "request " + request.number() + " had \"" + Format.visible(cursor) + "\".";
      }
    }
    return null;
  }

  private static Rule replaced(String id, String sentence, String parameter) {
    return ScenarioRule.named(id, Area.RESUME, sentence)
        .source("RFC 3986 6.2.2")
        .covers("R-cursor-parameter")
        .on(NDJSON, WEBSOCKET)
        .needs(RECONNECTS, RESUMES)
        .scenario(
            s ->
                s.set(to -> to.cursorParameter(PARAMETER))
                    .query("?" + parameter + "=0&limit=5")
                    .reply(Reply.open(s.protocol()).replay(2).awaitDelivered(2).cut(Cut.RST))
                    .reply(Reply.open(s.protocol()).replay(4).hold())
                    .untilDelivered(4)
                    .expect(deliveredLog(4), cursors("0", "2"), otherParametersKept()));
  }

  /** Expects two parameters: one for the cursor, and the one that the URL has besides it. */
  private static Check otherParametersKept() {
    return Checks.custom(
        "Expected each request to have limit=5 and one other parameter.",
        seen ->
            seen.requests().stream()
                .map(one -> one.request().target().split("\\?", 2)[1])
                .filter(query -> !isKept(query))
                .findFirst()
                .map(query -> "one had " + Format.visible(query) + ".")
                .orElse(null));
  }

  private static boolean isKept(String query) {
    List<String> parameters = Arrays.asList(query.split("&", -1));
    return parameters.size() == 2 && parameters.contains("limit=5");
  }
}
