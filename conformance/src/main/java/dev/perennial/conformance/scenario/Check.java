package dev.perennial.conformance.scenario;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An expectation on a run.
 *
 * @param expectation what is expected, in one sentence
 * @param judge returns what happened instead; null when the expectation is met
 */
public record Check(String expectation, Function<? super TraceView, @Nullable String> judge) {

  /** Returns the expectation and what happened instead; null when it is met. */
  public @Nullable String problem(TraceView run) {
    String actual = judge.apply(run);
    return actual == null ? null : expectation + " But " + actual;
  }
}
