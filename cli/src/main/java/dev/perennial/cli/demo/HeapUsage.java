package dev.perennial.cli.demo;

import dev.perennial.cli.console.HumanFormat;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Samples the used heap after garbage collections, to see whether it grows during a run. */
final class HeapUsage {
  /** Growth up to this is noise. */
  private static final long NOISE_BYTES = 2 * 1024 * 1024;

  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
  private final List<Long> samples = new ArrayList<>();

  /** Collects garbage and takes a sample. Called by one thread. */
  void sample() {
    memory.gc();
    samples.add(memory.getHeapMemoryUsage().getUsed());
  }

  /** Returns the range of the samples, and whether the heap grew, as text. */
  String report() {
    return report(samples);
  }

  /**
   * Compares the smallest sample of the later half with that of the earlier half: what connections
   * use comes and goes, so only the minimum shows what is retained.
   */
  static String report(List<Long> samples) {
    if (samples.size() < 2) {
      return "run too short to tell";
    }
    int half = samples.size() / 2;
    long grown =
        Collections.min(samples.subList(half, samples.size()))
            - Collections.min(samples.subList(0, half));
    return HumanFormat.mebibytes(Collections.min(samples))
        + " to "
        + HumanFormat.mebibytes(Collections.max(samples))
        + " after garbage collection"
        + (grown <= NOISE_BYTES ? ", flat" : ", grown by " + HumanFormat.mebibytes(grown));
  }
}
