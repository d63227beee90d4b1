package dev.perennial.cli.demo;

import dev.perennial.cli.console.HumanFormat;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How much of the heap is in use after a collection, at some points of a run. */
final class HeapUsage {
  /** What may come and go without anything being kept. */
  private static final long NOISE_BYTES = 2 * 1024 * 1024;

  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
  private final List<Long> samples = new ArrayList<>();

  /** Collects garbage and looks. Called by one thread. */
  void sample() {
    memory.gc();
    samples.add(memory.getHeapMemoryUsage().getUsed());
  }

  /** In words. */
  String report() {
    return report(samples);
  }

  /**
   * What connections hold comes and goes, so what is kept shows in the least of the later looks
   * beside the least of the earlier ones.
   */
  static String report(List<Long> samples) {
    if (samples.size() < 2) {
      return "too short a run to tell";
    }
    int half = samples.size() / 2;
    long grown =
        Collections.min(samples.subList(half, samples.size()))
            - Collections.min(samples.subList(0, half));
    return HumanFormat.mebibytes(Collections.min(samples))
        + " to "
        + HumanFormat.mebibytes(Collections.max(samples))
        + " after collections"
        + (grown <= NOISE_BYTES ? ", flat" : ", grown by " + HumanFormat.mebibytes(grown));
  }
}
