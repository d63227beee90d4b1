package dev.perennial.conformance.rules;

import static dev.perennial.conformance.Capability.RECONNECTS;
import static dev.perennial.conformance.Capability.USES_PROXY;
import static dev.perennial.conformance.rules.Checks.delivered;
import static dev.perennial.conformance.rules.Checks.notCompleted;
import static dev.perennial.conformance.rules.Checks.requests;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.scenario.Reply;
import dev.perennial.conformance.scenario.Scenario;
import dev.perennial.conformance.scenario.ScenarioRule;
import java.util.List;

/** What a proxy answers to the CONNECT before a stream over TLS. */
final class ProxyRules {

  private ProxyRules() {}

  static List<Rule> all() {
    return List.of(
        rule("proxy-01", "A proxy that refuses to connect ends the stream after one request.")
            .scenario(s -> refused(s, Reply.answer(s.protocol(), 403))),
        rule("proxy-02", "A proxy that wants other credentials ends the stream.")
            .scenario(
                s ->
                    refused(
                        s,
                        Reply.answer(s.protocol(), 407, "Proxy-Authenticate: Basic realm=kit"))));
  }

  private static ScenarioRule.Draft rule(String id, String sentence) {
    return ScenarioRule.named(id, Area.ANSWERS, sentence)
        .source("decision: what a setting has to change is not retried")
        .covers("R-proxy")
        .needs(USES_PROXY, RECONNECTS);
  }

  private static void refused(Scenario scenario, Reply reply) {
    scenario
        .throughProxy()
        .always(reply)
        .untilServed(1)
        .quiet(Scenario.LONG_QUIET)
        .expect(delivered(), requests(1), notCompleted());
  }
}
