package dev.perennial.cli.console;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Parses the values of options. An invalid value is reported by a message that names the option,
 * the rule and the value.
 */
public final class OptionValues {
  /** About 32 years; converts to nanoseconds without overflow. */
  private static final long MAX_SECONDS = 1_000_000_000;

  private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);

  private final CommandSpec command;

  /** Parses options of {@code command}, whose name starts each error message. */
  public OptionValues(CommandSpec command) {
    this.command = command;
  }

  /**
   * Parses a whole number.
   *
   * @param text null when the option was not given
   * @param min the smallest value allowed; {@link Long#MIN_VALUE} for any
   * @param max the largest value allowed; {@link Long#MAX_VALUE} for no limit
   * @param defaultValue returned when the option was not given
   * @throws ParameterException when {@code text} is no such number
   */
  public long wholeNumber(
      String option, @Nullable String text, long min, long max, long defaultValue) {
    if (text == null) {
      return defaultValue;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, with the rule.
    }
    throw invalid(option + " must be " + rule(min, max) + butWas(text));
  }

  private static String rule(long min, long max) {
    if (min == Long.MIN_VALUE) {
      return "a 64-bit integer";
    }
    return max == Long.MAX_VALUE
        ? "a whole number of at least " + min
        : "a whole number from " + HumanFormat.count(min) + " to " + HumanFormat.count(max);
  }

  /**
   * Parses a positive number of seconds, with or without a fraction.
   *
   * @param text null when the option was not given
   * @return null when the option was not given
   * @throws ParameterException when {@code text} is no such number
   */
  public @Nullable Duration seconds(String option, @Nullable String text) {
    if (text == null) {
      return null;
    }
    BigDecimal seconds = positive(text, MAX_SECONDS);
    if (seconds == null) {
      throw invalid(
          option
              + " must be a number of seconds above 0 and up to "
              + HumanFormat.count(MAX_SECONDS)
              + butWas(text));
    }
    return Duration.ofNanos(Math.max(1, seconds.multiply(NANOS_PER_SECOND).longValue()));
  }

  /**
   * Parses a positive number, with or without a fraction.
   *
   * @param text null when the option was not given
   * @param max the largest value allowed
   * @param defaultValue returned when the option was not given
   * @throws ParameterException when {@code text} is no such number
   */
  public double positiveNumber(
      String option, @Nullable String text, long max, double defaultValue) {
    if (text == null) {
      return defaultValue;
    }
    BigDecimal value = positive(text, max);
    if (value == null) {
      throw invalid(
          option + " must be a number above 0 and up to " + HumanFormat.count(max) + butWas(text));
    }
    return value.doubleValue();
  }

  /** Returns null unless {@code text} is a number above 0 and up to {@code max}. */
  private static @Nullable BigDecimal positive(String text, long max) {
    try {
      BigDecimal value = new BigDecimal(text);
      boolean isInRange = value.signum() > 0 && value.compareTo(BigDecimal.valueOf(max)) <= 0;
      return isInRange ? value : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Returns the exception that reports {@code message} as a usage error of the command. */
  public ParameterException invalid(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** Ends an error message with the value that was given. */
  public static String butWas(String text) {
    return " but was \"" + text + "\"";
  }
}
