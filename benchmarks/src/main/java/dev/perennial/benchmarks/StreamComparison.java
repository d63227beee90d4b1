package dev.perennial.benchmarks;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the cost of one event, with this SDK and with its alternatives. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Compares the cost of one event in this SDK and in other clients.")
final class StreamComparison implements Callable<Integer> {

  @Option(
      names = "--transport",
      defaultValue = "sse",
      description =
          "sse, ndjson, ws (messages taken as text) or ws-json (messages decoded). Default:"
              + " ${DEFAULT-VALUE}.")
  private ComparedTransport transport = ComparedTransport.SSE;

  @Option(
      names = "--events",
      defaultValue = "100000",
      description = "Events in a round. Default: ${DEFAULT-VALUE}.")
  private int events;

  @Option(
      names = "--payload",
      defaultValue = "512",
      description = "Bytes of data in an event. Default: ${DEFAULT-VALUE}.")
  private int payload;

  @Option(
      names = "--events-per-chunk",
      defaultValue = "1",
      description =
          "Events in one chunk of an HTTP body: 1 for a server that flushes each event, more for"
              + " one that batches them, or for a proxy. Default: ${DEFAULT-VALUE}.")
  private int eventsPerChunk;

  @Option(
      names = "--rounds",
      defaultValue = "15",
      description = "Rounds that are measured. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warmup",
      defaultValue = "10",
      description = "Rounds to warm up. Default: ${DEFAULT-VALUE}.")
  private int warmUpRounds;

  @Option(
      names = "--only",
      description = "Runs only the subjects whose names begin with this, for a profiler.")
  private String only = "";

  private StreamComparison() {}

  public static void main(String[] args) {
    CommandLine line = new CommandLine(new StreamComparison());
    line.registerConverter(ComparedTransport.class, ComparedTransport::named);
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Workload workload = new Workload(transport, events, payload, eventsPerChunk);
    List<Subject> chosen =
        transport.subjects().stream().filter(subject -> subject.name().startsWith(only)).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException("No subject's name begins with " + only);
    }
    List<SubjectResult> results;
    try (ServerProcess server = ServerProcess.start()) {
      results = new Comparison(chosen, workload, server.port()).run(warmUpRounds, rounds);
    }
    MarkdownReport report = new MarkdownReport(results);
    System.out.println(report.table());
    System.out.print(report.notes(workload, warmUpRounds, rounds));
    return 0;
  }
}
