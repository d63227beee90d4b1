package dev.perennial.benchmarks;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What one event costs: this SDK beside what else a program can receive it with. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Compares what one event costs this SDK and its peers.")
final class StreamComparison implements Callable<Integer> {

  @Option(
      names = "--transport",
      defaultValue = "sse",
      description =
          "sse, ndjson, ws (messages taken as text) or ws-json (messages decoded). Default:"
              + " ${DEFAULT-VALUE}.")
  private Transport transport = Transport.SSE;

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
          "Events in one chunk of an HTTP body: 1 is a server that flushes each event, more is"
              + " one that is behind, or a proxy between. Default: ${DEFAULT-VALUE}.")
  private int eventsPerChunk;

  @Option(
      names = "--rounds",
      defaultValue = "15",
      description = "Rounds that count. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warmup",
      defaultValue = "10",
      description = "Rounds before them. Default: ${DEFAULT-VALUE}.")
  private int warmUpRounds;

  @Option(
      names = "--only",
      description = "Runs the subjects whose names begin with this, for a profiler.")
  private String only = "";

  private StreamComparison() {}

  public static void main(String[] args) {
    CommandLine line = new CommandLine(new StreamComparison());
    line.registerConverter(Transport.class, Transport::named);
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
    List<Result> results;
    try (ServerProcess server = ServerProcess.start()) {
      results = new Comparison(chosen, workload, server.port()).run(warmUpRounds, rounds);
    }
    Report report = new Report(results);
    System.out.println(report.table());
    System.out.print(report.notes(workload, warmUpRounds, rounds));
    return 0;
  }
}
