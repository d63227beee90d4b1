package dev.perennial.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * Measures what this JVM uses from its start, thread by thread, including the carrier threads of
 * virtual ones.
 */
final class Meter {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private record Counters(long cpuNanos, long allocatedBytes) {
    static final Counters ZERO = new Counters(0, 0);
  }

  private final Map<Long, Counters> before = countersByThread();
  private final long startedBefore = THREADS.getTotalStartedThreadCount();
  private final long processCpuBefore = SYSTEM.getProcessCpuTime();
  private final long nanosBefore = System.nanoTime();

  private Meter() {}

  static Meter start() {
    if (!THREADS.isThreadCpuTimeEnabled() || !THREADS.isThreadAllocatedMemoryEnabled()) {
      throw new IllegalStateException("This JVM does not measure CPU time and heap by thread");
    }
    return new Meter();
  }

  /** Call this while the client's threads are still alive. */
  Usage stop() {
    long wallNanos = System.nanoTime() - nanosBefore;
    long processCpuNanos = SYSTEM.getProcessCpuTime() - processCpuBefore;
    Map<Long, Counters> after = countersByThread();
    long started = THREADS.getTotalStartedThreadCount() - startedBefore;

    long cpuNanos = 0;
    long allocatedBytes = 0;
    for (Map.Entry<Long, Counters> entry : after.entrySet()) {
      Counters then = before.getOrDefault(entry.getKey(), Counters.ZERO);
      cpuNanos += entry.getValue().cpuNanos - then.cpuNanos;
      allocatedBytes += entry.getValue().allocatedBytes - then.allocatedBytes;
    }
    long unseen = before.size() + started - after.size();
    return new Usage(wallNanos, cpuNanos, processCpuNanos, allocatedBytes, unseen);
  }

  private static Map<Long, Counters> countersByThread() {
    Map<Long, Counters> counters = new HashMap<>();
    for (long id : THREADS.getAllThreadIds()) {
      long cpuNanos = THREADS.getThreadCpuTime(id);
      long allocatedBytes = THREADS.getThreadAllocatedBytes(id);
      if (cpuNanos >= 0 && allocatedBytes >= 0) { // -1: the thread has ended since.
        counters.put(id, new Counters(cpuNanos, allocatedBytes));
      }
    }
    return counters;
  }
}
