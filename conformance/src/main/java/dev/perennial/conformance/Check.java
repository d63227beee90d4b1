package dev.perennial.conformance;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something that has to be seen in a run.
 *
 * @param words what, in one sentence
 * @param judge says what was seen instead; null when all is well
 */
record Check(String words, Function<? super TraceView, @Nullable String> judge) {

  /** What was seen instead; null when all is well. */
  @Nullable String problem(TraceView seen) {
    String problem = judge.apply(seen);
    return problem == null ? null : words + " But " + problem;
  }
}
