package dev.perennial.cli.console;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads the values of options, and refuses them in words that name option, rule and value. */
public final class OptionValues {
  /** More than anybody waits for, and no overflow wherever it is converted to. */
  private static final long MOST_SECONDS = 1_000_000_000;

  private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);

  private final CommandSpec command;

  public OptionValues(CommandSpec command) {
    this.command = command;
  }

  /**
   * @param text null when the option was not given
   * @param least the smallest value allowed
   * @param most the largest value allowed
   */
  public long wholeNumber(
      String option, @Nullable String text, long least, long most, long otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below, with the rule.
    }
    throw refused(option + " must be a whole number " + range(least, most) + wasText(text));
  }

  private static String range(long least, long most) {
    if (least == Long.MIN_VALUE) {
      return "of 64 bits";
    }
    return most == Long.MAX_VALUE
        ? "of at least " + least
        : "from " + HumanFormat.count(least) + " to " + HumanFormat.count(most);
  }

  /** A positive number of seconds, perhaps with a fraction; null when the option was not given. */
  public @Nullable Duration seconds(String option, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      BigDecimal seconds = new BigDecimal(text);
      if (seconds.signum() > 0 && seconds.compareTo(BigDecimal.valueOf(MOST_SECONDS)) <= 0) {
        return Duration.ofNanos(Math.max(1, seconds.multiply(NANOS_PER_SECOND).longValue()));
      }
    } catch (NumberFormatException e) {
      // Refused below, with the rule.
    }
    throw refused(
        option
            + " must be a number of seconds above 0 and up to "
            + HumanFormat.count(MOST_SECONDS)
            + wasText(text));
  }

  /** A number above 0, perhaps with a fraction. */
  public double times(String option, @Nullable String text, long most, double otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      BigDecimal times = new BigDecimal(text);
      if (times.signum() > 0 && times.compareTo(BigDecimal.valueOf(most)) <= 0) {
        return times.doubleValue();
      }
    } catch (NumberFormatException e) {
      // Refused below, with the rule.
    }
    throw refused(
        option + " must be a number above 0 and up to " + HumanFormat.count(most) + wasText(text));
  }

  /** What is thrown when a value is not as it has to be. */
  public ParameterException refused(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  public static String wasText(String text) {
    return " but was \"" + text + "\"";
  }
}
