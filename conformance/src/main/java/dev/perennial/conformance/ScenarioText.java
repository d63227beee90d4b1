package dev.perennial.conformance;

import java.util.ArrayList;
import java.util.List;

/** A scenario for people: what the server does, what the consumer does, what has to be seen. */
final class ScenarioText {
  private ScenarioText() {}

  static List<String> of(Scenario scenario) {
    List<String> words = new ArrayList<>();
    String previous = "";
    for (int i = 0; i < scenario.replies.size(); i++) {
      String reply = scenario.replies.get(i).words();
      boolean isLast = i == scenario.replies.size() - 1;
      if (!reply.equals(previous)) {
        words.add(
            "Request "
                + (i + 1)
                + (isLast && scenario.isLastRepeated ? " and all others" : "")
                + ": the server "
                + reply
                + ".");
      }
      previous = reply;
    }
    scenario.otherReplies.forEach(
        reply -> words.add("The other origin: it " + reply.words() + "."));
    scenario.consumer.forEach(
        (event, act) -> words.add("At event " + event + " the consumer " + wordsOf(act) + "."));
    if (scenario.streams > 1) {
      words.add(scenario.streams + " streams are followed at once.");
    }
    if (scenario.isRestarted) {
      words.add("Then a second process goes on from the cursor that was stored.");
    }
    scenario.checks.forEach(check -> words.add(check.words()));
    return words;
  }

  private static String wordsOf(Scenario.ConsumerAct act) {
    if (act instanceof Scenario.ConsumerAct.Fails) {
      return "throws";
    } else if (act instanceof Scenario.ConsumerAct.Pauses pauses) {
      return "takes " + Format.duration(pauses.time());
    }
    return "closes the client";
  }
}
