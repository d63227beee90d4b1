package dev.perennial.conformance.scenario;

import java.util.ArrayList;
import java.util.List;

/** Describes a scenario in sentences. */
final class ScenarioText {
  private ScenarioText() {}

  static List<String> of(Scenario scenario) {
    List<String> lines = new ArrayList<>();
    String previous = "";
    for (int i = 0; i < scenario.replies.size(); i++) {
      String reply = scenario.replies.get(i).description();
      boolean isLast = i == scenario.replies.size() - 1;
      if (!reply.equals(previous)) {
        String others = isLast && scenario.isLastRepeated ? " and all others" : "";
        lines.add("Request " + (i + 1) + others + ": the server " + reply + ".");
      }
      previous = reply;
    }
    scenario.otherReplies.forEach(
        reply -> lines.add("The other origin: it " + reply.description() + "."));
    scenario.consumer.forEach(
        (event, act) -> lines.add("At event " + event + " the consumer " + describe(act) + "."));
    if (scenario.isProxied) {
      lines.add("The server is the proxy to an https URL.");
    }
    if (!scenario.query.isEmpty()) {
      lines.add("The URL has the query " + scenario.query + ".");
    }
    if (scenario.streams > 1) {
      lines.add(scenario.streams + " streams are followed at once.");
    }
    if (scenario.isRestarted) {
      lines.add("Then a second process resumes after the cursor that was stored.");
    }
    scenario.checks.forEach(check -> lines.add(check.expectation()));
    return lines;
  }

  private static String describe(Scenario.ConsumerAct act) {
    if (act instanceof Scenario.ConsumerAct.Fails) {
      return "throws";
    } else if (act instanceof Scenario.ConsumerAct.Pauses pauses) {
      return "takes " + Format.duration(pauses.time());
    }
    return "closes the client";
  }
}
