package dev.perennial.cli.tail;

import dev.perennial.RetryPolicy;
import dev.perennial.cli.console.OptionValues;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** When {@code tail} reconnects: {@code --first-delay} and {@code --on-close}. */
final class RetryChoice {
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
  private static final Duration DEFAULT_FLOOR = Duration.ofMillis(100);
  private static final long MAX_FIRST_DELAY_MILLIS = 3_600_000;
  private static final long DEFAULT_FIRST_DELAY_MILLIS = 1_000;

  private RetryChoice() {}

  /**
   * Returns the policy that the options describe.
   *
   * @throws picocli.CommandLine.ParameterException when one is invalid
   */
  static RetryPolicy of(TailOptions options, OptionValues values) {
    RetryPolicy policy = delays(options.stream().firstDelay, values);
    for (String rule : options.webSocket().closeRules) {
      policy = with(policy, rule, values);
    }
    return policy;
  }

  private static RetryPolicy delays(@Nullable String firstDelay, OptionValues values) {
    long millis =
        values.wholeNumber(
            "--first-delay", firstDelay, 1, MAX_FIRST_DELAY_MILLIS, DEFAULT_FIRST_DELAY_MILLIS);
    Duration first = Duration.ofMillis(millis);
    Duration longest = first.compareTo(LONGEST_DELAY) > 0 ? first : LONGEST_DELAY;
    RetryPolicy policy = RetryPolicy.exponential(first, longest);
    // A first delay below the default floor lowers the floor.
    return first.compareTo(DEFAULT_FLOOR) < 0 ? policy.withFloor(first) : policy;
  }

  private static RetryPolicy with(RetryPolicy policy, String rule, OptionValues values) {
    int equals = rule.indexOf('=');
    String code = equals < 0 ? "" : rule.substring(0, equals).strip();
    RetryPolicy.Action action =
        equals < 0 ? null : action(rule.substring(equals + 1).strip().toLowerCase(Locale.ROOT));
    if (action == null || !code.matches("[1-4][0-9]{3}")) {
      throw values.invalid(
          "--on-close must be <code>=retry, <code>=complete or <code>=fail with a code from 1000 to"
              + " 4999"
              + OptionValues.butWas(rule));
    }
    return policy.onCloseCode(Integer.parseInt(code), action);
  }

  private static RetryPolicy.@Nullable Action action(String name) {
    return switch (name) {
      case "retry" -> RetryPolicy.Action.RETRY;
      case "complete" -> RetryPolicy.Action.COMPLETE;
      case "fail" -> RetryPolicy.Action.FAIL;
      default -> null;
    };
  }
}
