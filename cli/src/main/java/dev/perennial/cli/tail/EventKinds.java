package dev.perennial.cli.tail;

import dev.perennial.Payload;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.json.Json;
import dev.perennial.spi.StreamBuilder;
import java.util.List;
import java.util.function.Predicate;

/**
 * What events mean by {@code --heartbeat}, {@code --checkpoint}, {@code --gap} and {@code --pong}.
 */
final class EventKinds {
  private final StreamOptions options;
  private final OptionValues values;

  EventKinds(StreamOptions options, OptionValues values) {
    this.options = options;
    this.values = values;
  }

  /**
   * Sets what events mean.
   *
   * @throws picocli.CommandLine.ParameterException when an option is invalid
   */
  void apply(StreamBuilder<?> builder, Pongs pongs) {
    if (!options.heartbeats.isEmpty()) {
      builder.heartbeat(any("--heartbeat", "/type=ping", options.heartbeats));
    }
    Predicate<Payload> isCheckpoint = any("--checkpoint", "/type=BOOKMARK", options.checkpoints);
    Predicate<Payload> isGap = any("--gap", "/object/code=410", options.gaps);
    if (options.checkpoints.isEmpty() && options.gaps.isEmpty() && pongs.rules().isEmpty()) {
      return;
    }
    builder.classify(
        payload -> {
          if (pongs.isPing(payload)) {
            return Payload.Kind.CONTROL;
          }
          if (isCheckpoint.test(payload)) {
            return Payload.Kind.CURSOR;
          }
          return isGap.test(payload) ? Payload.Kind.GAP : Payload.Kind.EVENT;
        });
  }

  private Predicate<Payload> any(String option, String example, List<String> equations) {
    return equations.stream()
        .map(equation -> equation(option, example, equation))
        .reduce(payload -> false, Predicate::or);
  }

  private Predicate<Payload> equation(String option, String example, String equation) {
    int equals = equation.indexOf('=');
    if (equals < 0) {
      throw values.invalid(
          option + " must be <pointer>=<value> such as " + example + OptionValues.butWas(equation));
    }
    try {
      return Json.fieldEquals(equation.substring(0, equals), equation.substring(equals + 1));
    } catch (IllegalArgumentException e) {
      throw values.invalid(option + ": " + e.getMessage());
    }
  }
}
