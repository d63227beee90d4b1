package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REFRESHES_CREDENTIALS;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Capability.SENDS_HEADERS;
import static dev.perennial.conformance.Capability.STARTS_AT_CURSOR;
import static dev.perennial.conformance.Capability.TAKES_DELAYS;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.header;
import static dev.perennial.conformance.rules.Checks.requests;
import static dev.perennial.conformance.rules.Checks.requestsAtMost;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Check;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.TracedRequest;
import dev.perennial.testkit.Cut;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which redirects a client follows, and what it sends to which origin. */
final class OriginRules {
  private static final String REDIRECTS = "RFC 9110 15.4";
  private static final String CREDENTIALS = "decision: one credential request at a time";

  private OriginRules() {}

  static List<Rule> all() {
    List<Rule> rules = new ArrayList<>();
    int number = 0;
    for (int status : new int[] {301, 302, 303, 307, 308}) {
      rules.add(
          rule("origin-0" + ++number, status + " is followed, with the cursor.")
              .source(REDIRECTS)
              .covers("F34", "H-3xx", "H-3xx-parameter")
              .needs(STARTS_AT_CURSOR)
              .scenario(
                  s ->
                      s.set(to -> to.startCursor("2"))
                          .reply(
                              Reply.answer(s.protocol(), status, "Location: " + Reply.HERE + "/b"))
                          .reply(opened(s).replay(4).hold())
                          .untilDelivered(2)
                          .expect(deliveredLog(3, 4), cursors("2", "2"))));
    }
    rules.addAll(
        List.of(
            rule("origin-06", "The caller's headers are not sent to another origin.")
                .source(REDIRECTS + "; decision: all of the caller's headers may be secrets")
                .covers("F36", "P9-redirect", "H-3xx-origin", "S1")
                .needs(SENDS_HEADERS)
                .scenario(
                    s -> {
                      s.set(
                          to -> to.headers(Map.of("X-Api-Key", "s3cret", "Cookie", "sid=s3cret")));
                      elsewhere(s)
                          .expect(
                              header(1, "X-Api-Key", "s3cret"),
                              absentElsewhere("X-Api-Key"),
                              absentElsewhere("Cookie"));
                    }),
            rule("origin-07", "Credentials are not sent to another origin.")
                .source(REDIRECTS)
                .covers("F36", "P9-redirect", "S1")
                .needs(REFRESHES_CREDENTIALS)
                .scenario(
                    s -> {
                      s.set(to -> to.tokens(List.of("Bearer s3cret")));
                      elsewhere(s)
                          .expect(
                              header(1, "Authorization", "Bearer s3cret"),
                              absentElsewhere("Authorization"));
                    }),
            rule("origin-08", "The cursor is sent to another origin.")
                .source("decision: without it events would be lost silently")
                .covers("F36", "H-3xx-cursor")
                .needs(STARTS_AT_CURSOR)
                .scenario(
                    s -> {
                      s.set(to -> to.startCursor("2"));
                      s.reply(Reply.answer(s.protocol(), 307, "Location: " + Reply.OTHER))
                          .other(opened(s).replay(4).hold())
                          .untilDelivered(2)
                          .expect(deliveredLog(3, 4), cursors("2", "2"));
                    }),
            rule("origin-09", "A redirect to itself does not loop forever.")
                .source("RFC 9110 15.4")
                .covers("F35", "H-3xx-20")
                .needs(RECONNECTS, TAKES_DELAYS)
                .scenario(
                    s ->
                        s.set(to -> to.baseDelay(ofHours(1)))
                            .set(to -> to.maxDelay(ofHours(1)))
                            .always(Reply.answer(s.protocol(), 307, "Location: " + Reply.HERE))
                            .untilRequests(2)
                            .quiet(ofSeconds(90))
                            .expect(requestsAtMost(2 * 21), delivered())),
            location("origin-10", "A redirect without a Location is an error, not a loop."),
            location(
                "origin-11",
                "A redirect to an empty Location is an error, not a loop.",
                "Location: "),
            rule("origin-12", "A refused token is replaced by a fresh one, in one more request.")
                .source(CREDENTIALS)
                .covers("F39", "H-401")
                .needs(REFRESHES_CREDENTIALS, RECONNECTS)
                .scenario(
                    s ->
                        s.set(to -> to.tokens(List.of("Bearer old", "Bearer new")))
                            .reply(Reply.answer(s.protocol(), 401))
                            .reply(opened(s).replay(1).hold())
                            .untilDelivered(1)
                            .expect(
                                deliveredLog(1),
                                header(1, "Authorization", "Bearer old"),
                                header(2, "Authorization", "Bearer new"),
                                requests(2))),
            rule("origin-13", "A fresh token that is refused, too, ends the stream.")
                .source(CREDENTIALS)
                .covers("F40", "H-401-again")
                .needs(REFRESHES_CREDENTIALS, RECONNECTS)
                .scenario(
                    s ->
                        s.set(to -> to.tokens(List.of("Bearer old", "Bearer new", "Bearer x")))
                            .always(Reply.answer(s.protocol(), 401))
                            .untilRequests(2)
                            .quiet(Scenario.LONG_QUIET)
                            .expect(requests(2))),
            rule(
                    "origin-14",
                    "A token that expires during the stream is replaced, and the stream resumes.")
                .source(CREDENTIALS)
                .covers("F39", "H-401")
                .needs(REFRESHES_CREDENTIALS, RECONNECTS, RESUMES)
                .scenario(
                    s ->
                        s.set(to -> to.tokens(List.of("Bearer old", "Bearer new")))
                            .reply(opened(s).replay(2).awaitDelivered(2).cut(Cut.FIN))
                            .reply(Reply.answer(s.protocol(), 401))
                            .reply(opened(s).replay(4).hold())
                            .untilDelivered(4)
                            .expect(
                                deliveredLog(4),
                                cursors("-", "2", "2"),
                                header(3, "Authorization", "Bearer new")))));
    return rules;
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.ORIGINS, sentence);
  }

  private static Reply opened(Scenario scenario) {
    return Reply.open(scenario.protocol());
  }

  /** Writes a redirect to another origin, whether or not the client follows it. */
  private static Scenario elsewhere(Scenario scenario) {
    return scenario
        .always(Reply.answer(scenario.protocol(), 307, "Location: " + Reply.OTHER))
        .other(opened(scenario).replay(2).hold())
        .untilServed(1)
        .quiet(Scenario.LONG_QUIET);
  }

  private static Check absentElsewhere(String name) {
    return Checks.custom(
        "Expected no " + name + " at the other origin.",
        seen ->
            seen.requests().stream()
                    .filter(TracedRequest::isAtOther)
                    .allMatch(request -> request.request().header(name) == null)
                ? null
                : "it was sent there.");
  }

  private static Rule location(String id, String sentence, String... headerLines) {
    return rule(id, sentence)
        .source(REDIRECTS)
        .covers("F38", "H-3xx-location")
        .needs(RECONNECTS)
        .scenario(
            s ->
                s.reply(Reply.answer(s.protocol(), 302, headerLines))
                    .untilServed(1)
                    .quiet(Scenario.LONG_QUIET)
                    .expect(requests(1), delivered()));
  }
}
