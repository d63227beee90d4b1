package dev.perennial.testkit.conformance;

import java.util.List;
import java.util.stream.Stream;

/** All rules. */
public final class Rules {
  private static final List<Rule> ALL =
      Stream.of(SseFramingRules.all()).flatMap(List::stream).toList();

  private Rules() {}

  /** The rules, area by area. */
  public static List<Rule> all() {
    return ALL;
  }
}
