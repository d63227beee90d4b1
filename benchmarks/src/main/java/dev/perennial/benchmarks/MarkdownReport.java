package dev.perennial.benchmarks;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Formats the measurements as Markdown: each figure is the median of the rounds, with its
 * quartiles.
 */
final class MarkdownReport {
  private static final String HEADER =
      """
      | subject | CPU ratio | heap ratio | CPU ns/event | CPU with GC and JIT | heap bytes/event | events/s |
      |---|--:|--:|--:|--:|--:|--:|
      """;

  private final List<SubjectResult> results;

  /**
   * @param results the first one is what the others are compared with
   */
  MarkdownReport(List<SubjectResult> results) {
    this.results = List.copyOf(results);
  }

  String table() {
    StringBuilder table = new StringBuilder(HEADER);
    for (SubjectResult result : results) {
      table.append("| ").append(String.join(" | ", cells(result))).append(" |\n");
    }
    return table.toString();
  }

  private List<String> cells(SubjectResult result) {
    SubjectResult base = results.get(0);
    List<String> cells = new ArrayList<>();
    cells.add(result.name());
    cells.add(ratio(result.threadCpuNanosPerEvent().over(base.threadCpuNanosPerEvent())));
    cells.add(ratio(result.bytesPerEvent().over(base.bytesPerEvent())));
    cells.add(whole(result.threadCpuNanosPerEvent()));
    cells.add(whole(result.processCpuNanosPerEvent()));
    cells.add(whole(result.bytesPerEvent()));
    cells.add(whole(result.eventsPerSecond()));
    return cells;
  }

  /** Returns the conditions under which the table was measured. */
  String notes(Workload workload, int warmUpRounds, int rounds) {
    RuntimeMXBean java = ManagementFactory.getRuntimeMXBean();
    String collectors =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .map(GarbageCollectorMXBean::getName)
            .collect(Collectors.joining(", "));
    long unseen = results.stream().mapToLong(SubjectResult::unseenThreads).sum();
    return """
    Median (lower to upper quartile) of %d rounds after %d to warm up, subjects in turns; ratios within each round.
    Each round over %s: %d events of %d bytes of data%s, from a server in its own process; all received and checked.
    CPU and heap: all Java threads of the client's JVM, from before the connection to the last event; nothing is subtracted.
    Threads that ended within a round, so that only the figure with GC and JIT has their CPU: %d.
    %s %s on %s, %d processors, %s (%s), JVM arguments: %s
    """
        .formatted(
            rounds,
            warmUpRounds,
            workload.transport(),
            workload.events(),
            workload.payloadBytes(),
            workload.transport().isWebSocket()
                ? ", a message each"
                : ", " + workload.eventsPerChunk() + " in a chunk",
            unseen,
            java.getVmName(),
            java.getVmVersion(),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            heap(),
            collectors,
            String.join(" ", java.getInputArguments()));
  }

  private static String heap() {
    return Runtime.getRuntime().maxMemory() / (1024 * 1024) + " MiB of heap";
  }

  private static String ratio(Samples samples) {
    return spread(samples, "%.2f");
  }

  private static String whole(Samples samples) {
    return spread(samples, "%,.0f");
  }

  private static String spread(Samples samples, String format) {
    String form = format + " (" + format + " to " + format + ")";
    return String.format(
        Locale.ROOT, form, samples.median(), samples.lowerQuartile(), samples.upperQuartile());
  }
}
