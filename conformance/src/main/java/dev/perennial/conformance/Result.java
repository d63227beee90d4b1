package dev.perennial.conformance;

import java.time.Duration;
import java.util.List;

/**
 * The outcome of one rule over one transport. Only the kit implements this interface. Immutable.
 *
 * @since 0.1.0
 */
public interface Result {

  /** Returns the rule. */
  Rule rule();

  /** Returns the transport. */
  Protocol protocol();

  /** Returns whether the client passed. */
  Verdict verdict();

  /**
   * Returns what was expected and what happened instead, a sentence or two each; or why the rule
   * does not apply. Empty when the client passed.
   */
  List<String> problems();

  /** Returns how long the run took, in real time; zero when the rule does not apply. */
  Duration took();

  /**
   * Returns how often the rule was run: more than once when it failed while the machine was busy,
   * see {@link Conformance#runsWhenBusy}; 0 when the rule does not apply.
   */
  int runs();

  /** Returns whether the client fails because of this result: not so when the rule is optional. */
  default boolean isFailure() {
    return verdict() == Verdict.FAILED && rule().level() != Level.OPTIONAL;
  }

  /** Returns the rule and the transport, such as {@code resume-02/sse}. */
  default String key() {
    return rule().id() + "/" + protocol().label();
  }
}
