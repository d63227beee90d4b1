package dev.perennial.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The rounds of one subject.
 *
 * @param events the number of events in each round
 */
record SubjectResult(String name, int events, List<Usage> rounds) {
  SubjectResult {
    rounds = List.copyOf(rounds);
  }

  Samples eventsPerSecond() {
    return samples(usage -> events * 1e9 / usage.wallNanos());
  }

  Samples threadCpuNanosPerEvent() {
    return samples(usage -> (double) usage.threadCpuNanos() / events);
  }

  Samples processCpuNanosPerEvent() {
    return samples(usage -> (double) usage.processCpuNanos() / events);
  }

  Samples bytesPerEvent() {
    return samples(usage -> (double) usage.allocatedBytes() / events);
  }

  long unseenThreads() {
    return rounds.stream().mapToLong(Usage::unseenThreads).sum();
  }

  private Samples samples(ToDoubleFunction<Usage> figure) {
    return Samples.of(rounds.stream().mapToDouble(figure).toArray());
  }
}
