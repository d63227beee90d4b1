package dev.perennial.conformance.rules;

import dev.perennial.conformance.Rule;
import java.util.List;
import java.util.stream.Stream;

/** Lists all rules. */
public final class RuleCatalog {
  private static final List<Rule> ALL =
      Stream.of(
              SseFramingRules.all(),
              NdjsonFramingRules.all(),
              WebSocketFramingRules.all(),
              DeflateRules.all(),
              AnswerRules.all(),
              OriginRules.all(),
              ReconnectingRules.all(),
              Http2Rules.all(),
              BackoffRules.all(),
              ResumeRules.all(),
              CursorRules.all(),
              PositionRules.all(),
              ReplayRules.all(),
              GapRules.all(),
              SilenceRules.all(),
              ConsumerRules.all(),
              LimitRules.all(),
              CloseCodeRules.all(),
              FiniteRules.all(),
              BodyEndRules.all(),
              PostRules.all(),
              ClosingRules.all())
          .flatMap(List::stream)
          .toList();

  private RuleCatalog() {}

  /** Returns the rules, area by area. */
  public static List<Rule> all() {
    return ALL;
  }
}
