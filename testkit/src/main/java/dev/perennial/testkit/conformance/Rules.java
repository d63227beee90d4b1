package dev.perennial.testkit.conformance;

import java.util.List;
import java.util.stream.Stream;

/**
 * All rules.
 *
 * @since 0.1.0
 */
public final class Rules {
  private static final List<Rule> ALL =
      Stream.of(
              SseFramingRules.all(),
              NdjsonFramingRules.all(),
              WebSocketFramingRules.all(),
              AnswerRules.all(),
              OriginRules.all(),
              ReconnectingRules.all(),
              BackoffRules.all(),
              ResumeRules.all(),
              GapRules.all(),
              SilenceRules.all(),
              ConsumerRules.all(),
              LimitRules.all(),
              CloseCodeRules.all(),
              FiniteRules.all(),
              ClosingRules.all())
          .flatMap(List::stream)
          .toList();

  private Rules() {}

  /** The rules, area by area. */
  public static List<Rule> all() {
    return ALL;
  }
}
