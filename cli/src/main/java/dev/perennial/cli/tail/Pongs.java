package dev.perennial.cli.tail;

import dev.perennial.Payload;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.websocket.ControlHandler;
import dev.perennial.websocket.WebSocketSender;
import java.io.IOException;
import java.util.List;

/** Answers the JSON pings that the values of {@code --pong} describe. */
record Pongs(List<PongRule> rules) implements ControlHandler {

  /**
   * Parses the values of {@code --pong}.
   *
   * @throws picocli.CommandLine.ParameterException when one is invalid
   */
  static Pongs of(List<String> texts, OptionValues values) {
    return new Pongs(texts.stream().map(text -> rule(text, values)).toList());
  }

  private static PongRule rule(String text, OptionValues values) {
    try {
      PongRule rule = PongRule.parse(text);
      if (rule != null) {
        return rule;
      }
    } catch (IllegalArgumentException e) {
      throw values.invalid("--pong: " + e.getMessage());
    }
    throw values.invalid(
        "--pong must be '<pointer>[=<value>] <answer>' such as '/type=ping {\"type\":\"pong\"}'"
            + OptionValues.butWas(text));
  }

  boolean isPing(Payload payload) {
    return rules.stream().anyMatch(rule -> rule.isPing().test(payload));
  }

  @Override
  public void onControl(WebSocketSender out, Payload control) throws IOException {
    for (PongRule rule : rules) {
      if (rule.isPing().test(control)) {
        WebSocketSender.Outcome outcome = out.send(rule.answerTo(control));
        if (outcome.isRefused()) {
          throw new IOException("The answer of --pong was not sent: " + outcome);
        }
        return;
      }
    }
  }
}
