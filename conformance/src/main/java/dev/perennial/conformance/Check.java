package dev.perennial.conformance;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An expectation on a run.
 *
 * @param expectation what is expected, in one sentence
 * @param judge returns what happened instead; null when the expectation is met
 */
record Check(String expectation, Function<? super TraceView, @Nullable String> judge) {

  /** Returns the expectation and what happened instead; null when it is met. */
  @Nullable String problem(TraceView run) {
    String actual = judge.apply(run);
    return actual == null ? null : expectation + " But " + actual;
  }
}
