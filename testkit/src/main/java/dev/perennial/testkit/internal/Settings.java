package dev.perennial.testkit.internal;

import java.time.Duration;

/** Checks settings where they are set, and names the setting, the rule and the value. */
public final class Settings {

  private Settings() {}

  public static void requirePositive(String name, long value) {
    require(value > 0, name, "positive", value);
  }

  public static void requirePositive(String name, Duration value) {
    require(!value.isNegative() && !value.isZero(), name, "positive", value);
  }

  public static void requireNotNegative(String name, long value) {
    require(value >= 0, name, "zero or more", value);
  }

  public static void requireNotNegative(String name, Duration value) {
    require(!value.isNegative(), name, "zero or more", value);
  }

  public static void requireBetween(String name, long value, long least, long most) {
    require(least <= value && value <= most, name, "from " + least + " to " + most, value);
  }

  private static void require(boolean holds, String name, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + rule + " but was " + value);
    }
  }
}
