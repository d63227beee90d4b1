package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.REFRESHES_CREDENTIALS;
import static dev.perennial.conformance.Capability.REPORTS_END;
import static dev.perennial.conformance.Capability.RESUMES;
import static dev.perennial.conformance.Protocol.WEBSOCKET;
import static dev.perennial.conformance.rules.Checks.cursors;
import static dev.perennial.conformance.rules.Checks.deliveredLog;
import static dev.perennial.conformance.rules.Checks.failed;
import static dev.perennial.conformance.rules.Checks.header;
import static dev.perennial.conformance.rules.Checks.requests;
import static dev.perennial.conformance.rules.Checks.requestsAtMost;
import static java.time.Duration.ofSeconds;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import dev.perennial.conformance.scenario.Step;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;

/** How a client treats each close code, and how it answers a close frame. */
final class CloseCodeRules {
  private static final String CODES = "RFC 6455 7.4.1; decision: the table of close codes";

  /** 1006, which no endpoint may send. */
  private static final byte[] NEVER_SENT = {0x03, (byte) 0xee};

  /** 1011 with a reason that ends within a character. */
  private static final byte[] CUT_REASON = {0x03, (byte) 0xf3, (byte) 0xc3};

  private CloseCodeRules() {}

  static List<Rule> all() {
    List<Rule> rules = new ArrayList<>();
    for (int code : new int[] {1000, 1001, 1011, 1014, 3000, 4000, 4999}) {
      rules.add(
          rule("close-" + code, "After " + code + " the client reconnects and resumes.")
              .covers("F89", code == 1000 ? "W-1000" : "W-retried", "R20")
              .needs(RECONNECTS, RESUMES)
              .scenario(s -> resumed(s, opened().replay(2).close(code))));
    }
    for (int code : new int[] {1012, 1013}) {
      rules.add(
          rule("close-" + code, "After " + code + " the client waits before it reconnects.")
              .covers("F89", "W-1012")
              .needs(RECONNECTS)
              .scenario(
                  s ->
                      s.reply(opened().replay(2).close(code))
                          .reply(opened().hold())
                          .untilDelivered(2)
                          .quiet(ofSeconds(25))
                          .expect(requests(1), Checks.notFailed())));
    }
    for (int code : new int[] {1002, 1003, 1007, 1010}) {
      rules.add(
          rule("close-" + code, code + " is retried at most three times without progress.")
              .covers("F89", "W-1002")
              .needs(RECONNECTS, REPORTS_END)
              .scenario(
                  s ->
                      s.always(opened().close(code))
                          .untilEnded()
                          .expect(failed(), requestsAtMost(4))));
    }
    rules.addAll(
        List.of(
            rule(
                    "close-1008",
                    "1008 causes one retry with a fresh token, and then ends the stream.")
                .covers("F89", "W-1008")
                .needs(RECONNECTS, REPORTS_END, REFRESHES_CREDENTIALS)
                .scenario(
                    s ->
                        s.set(to -> to.tokens(List.of("Bearer old", "Bearer new", "Bearer x")))
                            .always(opened().close(1008))
                            .untilEnded()
                            .expect(
                                failed(), requests(2), header(2, "Authorization", "Bearer new"))),
            rule(
                    "close-1009",
                    "1009 ends the stream, since a retry with the same cursor would fail again.")
                .covers("F89", "W-1009")
                .needs(RECONNECTS, REPORTS_END)
                .scenario(
                    s ->
                        s.reply(opened().replay(2).close(1009))
                            .untilEnded()
                            .quiet(Scenario.LONG_QUIET)
                            .expect(deliveredLog(2), failed(), requests(1))),
            rule("close-none", "After a close without a code the client reconnects and resumes.")
                .covers("F89", "W-retried")
                .needs(RECONNECTS, RESUMES)
                .scenario(
                    s ->
                        resumed(
                            s,
                            opened().replay(2).frame(WebSocketFrame.close()).step(new Step.End()))),
            rule(
                    "close-1006",
                    "After an end without a close frame the client reconnects and resumes.")
                .covers("F89", "W-1006")
                .needs(RECONNECTS, RESUMES)
                .scenario(s -> resumed(s, opened().replay(2).awaitDelivered(2).cut(Cut.FIN))),
            rule("close-odd", "A close frame of one byte ends only its connection.")
                .covers("F89")
                .needs(RECONNECTS, RESUMES)
                .scenario(
                    s ->
                        resumed(
                            s,
                            opened()
                                .replay(2)
                                .frame(WebSocketFrame.of(WebSocketFrame.CLOSE, new byte[] {3}))
                                .step(new Step.End()))),
            rule(
                    "close-breach",
                    "A close frame whose code or reason breaks a rule ends only its connection,"
                        + " however often it comes.")
                .covers("F89", "W-close-breach")
                .needs(RECONNECTS, RESUMES)
                .scenario(
                    s -> {
                      for (int i = 0; i < 5; i++) {
                        byte[] sent = i == 0 ? NEVER_SENT : CUT_REASON;
                        WebSocketFrame close = WebSocketFrame.of(WebSocketFrame.CLOSE, sent);
                        s.reply(opened().frame(close).step(new Step.End()));
                      }
                      s.reply(opened().replay(2).hold()).untilDelivered(2).expect(deliveredLog(2));
                    }),
            rule("close-answered", "A close frame is answered by one with the same code.")
                .covers("W-close-answered", "F90", "R7")
                .scenario(
                    s ->
                        s.reply(opened().replay(2).close(1001))
                            .always(Reply.answer(WEBSOCKET, 204))
                            .until(
                                "the client's close frame",
                                trace -> WebSocketFramingRules.hasReceived(trace, "close"))
                            .expect(WebSocketFramingRules.received("close 1001")))));
    return rules;
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.CLOSE_CODES, sentence).source(CODES).on(WEBSOCKET);
  }

  private static Reply opened() {
    return Reply.open(WEBSOCKET);
  }

  private static void resumed(Scenario scenario, Reply first) {
    scenario
        .reply(first)
        .reply(opened().replay(4).hold())
        .untilDelivered(4)
        .expect(deliveredLog(4), cursors("-", "2"));
  }
}
