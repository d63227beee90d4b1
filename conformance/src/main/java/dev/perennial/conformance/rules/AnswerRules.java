package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Capability.TAKES_ATTEMPT_TIMEOUT;
import static dev.perennial.conformance.Capability.TAKES_DELAYS;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.notFailed;
import static dev.perennial.conformance.rules.Checks.realDelayAtLeast;
import static dev.perennial.conformance.rules.Checks.requests;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.testkit.Cut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How a client treats each HTTP status, also in a WebSocket's handshake. */
final class AnswerRules {
  private static final String TABLE = "decision: the retry table";

  private AnswerRules() {}

  static List<Rule> all() {
    List<Rule> rules = new ArrayList<>();
    rules.add(
        rule("http-204", "204 ends the stream, and there is no further request.")
            .source("HTML 9.2.3")
            .covers("F47", "H-204")
            .needs(RECONNECTS)
            .scenario(
                s ->
                    s.reply(answer(s, 204))
                        .untilServed(1)
                        .quiet(Scenario.LONG_QUIET)
                        .expect(requests(1))));
    for (int status : new int[] {400, 401, 403, 404, 405, 406, 410, 415, 451, 501, 505}) {
      rules.add(mistake(status));
    }
    for (int status : new int[] {205, 206, 304}) {
      rules.add(
          rule("http-" + status, status + " is not a stream and ends the subscription.")
              .source(TABLE)
              .covers("H-2xx")
              .needs(RECONNECTS)
              .scenario(
                  s ->
                      s.reply(answer(s, status))
                          .untilServed(1)
                          .quiet(Scenario.LONG_QUIET)
                          .expect(requests(1), delivered())));
    }
    for (int status : new int[] {408, 421, 425, 429, 500, 502, 503, 504, 522}) {
      rules.add(passing(status));
    }
    for (int status : new int[] {400, 409, 423}) {
      rules.add(conflict(status));
    }
    rules.addAll(ContentRules.all());
    rules.addAll(ProxyRules.all());
    rules.addAll(retryAfter());
    rules.addAll(earlyEnds());
    return rules;
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.ANSWERS, sentence);
  }

  private static Reply answer(Scenario scenario, int status, String... headerLines) {
    return Reply.answer(scenario.protocol(), status, headerLines);
  }

  private static Reply opened(Scenario scenario) {
    return Reply.open(scenario.protocol());
  }

  /** Returns the rule for a status that is the caller's mistake. */
  private static Rule mistake(int status) {
    String[] covers =
        switch (status) {
          case 403, 404 -> new String[] {"F42", "H-settling-first"};
          case 405, 501, 505 -> new String[] {"H-settling-first"};
          case 401 -> new String[] {"H-401-again"};
          case 410 -> new String[] {"H-410-plain"};
          default -> new String[] {"H-4xx"};
        };
    return rule(
            "http-" + status,
            "A first response of " + status + " ends the stream after one request.")
        .source(TABLE)
        .covers(covers)
        .needs(RECONNECTS)
        .scenario(
            s ->
                s.reply(answer(s, status))
                    .untilServed(1)
                    .quiet(Scenario.LONG_QUIET)
                    .expect(requests(1), delivered(), Checks.notCompleted()));
  }

  /** Returns the rule for a status that may be temporary. */
  private static Rule passing(int status) {
    return rule("http-" + status, status + " is retried.")
        .source(TABLE)
        .covers(
            switch (status) {
              case 408, 421, 425 -> "H-408";
              case 429, 503 -> "H-429";
              default -> "H-5xx";
            })
        .needs(RECONNECTS)
        .scenario(
            s ->
                s.replies(2, answer(s, status))
                    .reply(opened(s).replay(2).hold())
                    .untilDelivered(2)
                    .expect(deliveredLog(2), requests(3)));
  }

  /**
   * Returns the rule for a status that a server answers while it still holds the old connection.
   */
  private static Rule conflict(int status) {
    return rule("http-" + status + "-later", status + " is retried once the stream was open.")
        .source(TABLE)
        .covers("H-4xx-later")
        .needs(RECONNECTS, RESUMES)
        .scenario(
            s ->
                s.reply(opened(s).replay(1).awaitDelivered(1).cut(Cut.RST))
                    .replies(2, answer(s, status))
                    .reply(opened(s).replay(2).hold())
                    .untilDelivered(2)
                    .expect(deliveredLog(2)));
  }

  // ---- Retry-After ----

  private static List<Rule> retryAfter() {
    return List.of(
        rule("http-after-01", "503 is not retried before its Retry-After.")
            .source("RFC 9110 10.2.3")
            .covers("F43", "H-429", "H-after-digits", "H-after-bound")
            .needs(RECONNECTS)
            .scenario(s -> after(s, 503, ofSeconds(1), "Retry-After: 1")),
        rule("http-after-02", "429 is not retried before its Retry-After.")
            .source("RFC 6585 4")
            .covers("F43", "H-429")
            .needs(RECONNECTS)
            .scenario(s -> after(s, 429, ofSeconds(1), "Retry-After: 1")),
        rule("http-after-03", "A date in Retry-After is relative to the response's Date.")
            .source("RFC 9110 10.2.3")
            .covers("F44", "H-after-date", "H-after-clock", "S15")
            .needs(RECONNECTS)
            .scenario(
                s ->
                    after(
                        s,
                        503,
                        ofMillis(1_900),
                        "Date: Tue, 15 Nov 1994 08:12:31 GMT",
                        "Retry-After: Tue, 15 Nov 1994 08:12:33 GMT")),
        rule("http-after-04", "A huge Retry-After is a long wait, not a crash.")
            .source("RFC 9110 10.2.3")
            .covers("F45", "H-after-digits", "H-after-okhttp")
            .needs(RECONNECTS)
            .scenario(
                s ->
                    s.reply(answer(s, 503, "Retry-After: 99999999999999999999"))
                        .untilServed(1)
                        .quiet(ofSeconds(20))
                        .expect(requests(1), notFailed())),
        ignored("http-after-05", "0,120"),
        ignored("http-after-06", "1.5"),
        ignored("http-after-07", "-1"),
        ignored("http-after-08", ""),
        rule("http-after-09", "A Retry-After in the past means no wait, not a crash.")
            .source("RFC 9110 10.2.3")
            .covers("F44", "H-after-past")
            .needs(RECONNECTS)
            .scenario(
                s ->
                    s.reply(
                            answer(
                                s,
                                503,
                                "Date: Tue, 15 Nov 1994 08:12:31 GMT",
                                "Retry-After: Tue, 15 Nov 1994 08:12:01 GMT"))
                        .reply(opened(s).replay(1).hold())
                        .untilDelivered(1)
                        .expect(deliveredLog(1))));
  }

  private static void after(Scenario scenario, int status, Duration least, String... headerLines) {
    scenario
        .reply(answer(scenario, status, headerLines))
        .reply(opened(scenario).replay(1).hold())
        .untilDelivered(1)
        .expect(deliveredLog(1), realDelayAtLeast(1, least), requests(2));
  }

  private static Rule ignored(String id, String value) {
    return rule(id, "A Retry-After of \"" + value + "\" is ignored.")
        .source("RFC 9110 10.2.3")
        .covers("F45", "H-after-past")
        .needs(RECONNECTS)
        .scenario(
            s ->
                s.reply(answer(s, 503, "Retry-After: " + value))
                    .reply(opened(s).replay(1).hold())
                    .untilDelivered(1)
                    .expect(deliveredLog(1)));
  }

  // ---- No response ----

  private static List<Rule> earlyEnds() {
    return List.of(
        rule("http-early-01", "A connection that is closed before the response is retried.")
            .source("RFC 9112 8")
            .covers("F4", "H-reset")
            .needs(RECONNECTS)
            .scenario(s -> again(s, Reply.silent(s.protocol()).cut(Cut.FIN))),
        rule("http-early-02", "A reset before the response is retried.")
            .source("RFC 9112 9.6")
            .covers("F5", "H-reset")
            .needs(RECONNECTS)
            .scenario(s -> again(s, Reply.silent(s.protocol()).cut(Cut.RST))),
        rule("http-early-03", "A reset within the headers is retried.")
            .source("RFC 9112 9.6")
            .covers("F5", "H-reset")
            .needs(RECONNECTS)
            .scenario(
                s ->
                    again(
                        s,
                        Reply.silent(s.protocol())
                            .raw("HTTP/1.1 200 OK\r\nContent-Ty")
                            .pause(ofSeconds(1))
                            .cut(Cut.RST))),
        rule("http-early-04", "An attempt without a response times out.")
            .source("decision: every attempt has a deadline")
            .covers("F3", "H-deadline", "L-attempt", "P5-deadline", "R18")
            .needs(RECONNECTS, TAKES_ATTEMPT_TIMEOUT, TAKES_DELAYS)
            .scenario(
                s ->
                    s.set(to -> to.attemptTimeout(ofSeconds(20)))
                        .reply(Reply.silent(s.protocol()).hold())
                        .always(opened(s).replay(1).hold())
                        .untilDelivered(1)
                        .expect(deliveredLog(1))));
  }

  private static void again(Scenario scenario, Reply first) {
    scenario
        .reply(first)
        .always(opened(scenario).replay(2).hold())
        .untilDelivered(2)
        .expect(deliveredLog(2));
  }
}
