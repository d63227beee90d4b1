package dev.perennial.micrometer;

import io.micrometer.core.instrument.Counter;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** One counter for each reason that is counted, all registered from the start. Thread-safe. */
final class CountersByReason<R extends Enum<R>> {
  private final Map<R, Counter> counters = new HashMap<>();

  CountersByReason(Set<R> reasons, Function<R, Counter> counterOf) {
    reasons.forEach(reason -> counters.put(reason, counterOf.apply(reason)));
  }

  void increment(R reason) {
    Counter counter = counters.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
