package dev.perennial.cli.demo;

import dev.perennial.cli.console.ExitCode;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.StatusLine;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TransportKind;
import dev.perennial.cli.console.VersionProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Follows a stream through thousands of faults and checks that the promises are kept. */
@Command(
    name = "torture",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Follow a stream through thousands of faults and check that nothing is lost.",
    description = {
      "%nStarts a stream server and a fault-injecting proxy on localhost. Faults of the network and"
          + " the server come at any moment; the application parks, wakes, is slow, and restarts"
          + " from a cursor file. Every event must arrive once and in order, except where a gap is"
          + " reported. At the end the threads and sockets must be those of the start."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial torture [<option>...]",
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing was lost or repeated, and no thread or socket was left",
      "1:a promise was not kept",
      "2:invalid command line",
      "130:interrupted by Ctrl-C; prints the counts so far"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial torture",
      "  perennial torture --transport ws --events 1000000 --faults 10000 --seed 1"
    })
public final class TortureCommand implements Callable<Integer> {
  private static final long MAX_EVENTS = 1_000_000_000;
  private static final long MAX_FAULTS = 1_000_000;
  private static final long DEFAULT_EVENTS = 100_000;
  private static final long DEFAULT_FAULTS = 1_000;
  private static final int RANDOM_SEEDS = 1_000_000;
  private static final int WARM_UP_EVENTS = 500;
  private static final int WARM_UP_FAULTS = 10;
  private static final Duration STATUS_INTERVAL = Duration.ofSeconds(5);

  private final Terminal terminal;
  private final InterruptHandler interruptHandler;

  @Spec private CommandSpec spec;

  @Option(
      names = "--transport",
      paramLabel = "sse|ndjson|ws",
      description = "Transport of the stream. Default: sse.")
  private @Nullable String transport;

  @Option(
      names = "--seed",
      paramLabel = "<number>",
      description =
          "Seed of the faults. The same seed draws the same faults, but the moment at which each"
              + " hits the client depends on the machine. Default: random, and printed.")
  private @Nullable String seed;

  @Option(
      names = "--events",
      paramLabel = "<count>",
      description = "Number of events to publish, 1 to 1000000000. Default: 100000.")
  private @Nullable String events;

  @Option(
      names = "--faults",
      paramLabel = "<count>",
      description = "Number of faults to inject, 0 to 1000000. Default: 1000.")
  private @Nullable String faults;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  public TortureCommand(Terminal terminal, InterruptHandler interruptHandler) {
    this.terminal = terminal;
    this.interruptHandler = interruptHandler;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    DemoSettings settings = settings(new OptionValues(spec));
    StatusLine status = new StatusLine(terminal, STATUS_INTERVAL);
    status.println(title(settings));
    Path folder = Files.createTempDirectory("perennial-torture");
    try {
      warmUp(settings, folder.resolve("warm-up.cursor"));
      TortureRun run = new TortureRun(settings, folder.resolve("ticks.cursor"));
      interruptHandler.onInterrupt(run::stop);
      TortureSummary summary =
          run.run(
              (audit, injected, elapsed) ->
                  status.update(() -> progress(settings, audit.highest(), injected, elapsed)));
      status.println("");
      summary.lines(terminal.outStyle()).forEach(status::println);
      if (!summary.isPassed()) {
        return ExitCode.FAILED;
      }
      return summary.isInterrupted() ? ExitCode.INTERRUPTED : ExitCode.OK;
    } finally {
      delete(folder);
    }
  }

  /** Threads and sockets that are kept for later use are there before they are counted. */
  private static void warmUp(DemoSettings settings, Path cursorFile)
      throws IOException, InterruptedException {
    int few = Math.min(settings.faults(), WARM_UP_FAULTS);
    TortureSummary unused =
        new TortureRun(
                new DemoSettings(settings.transport(), settings.seed(), WARM_UP_EVENTS, few),
                cursorFile)
            .run((audit, injected, elapsed) -> {});
  }

  private static String title(DemoSettings settings) {
    return HumanFormat.count(settings.events(), "event", "events")
        + " and "
        + HumanFormat.count(settings.faults(), "fault", "faults")
        + " over "
        + settings.transport().kind().displayName()
        + ", seed "
        + settings.seed();
  }

  private static String progress(
      DemoSettings settings, long events, int injected, Duration elapsed) {
    double part = (double) events / settings.events();
    String left =
        part > 0.01
            ? ", "
                + HumanFormat.duration(
                    Duration.ofMillis(Math.round(elapsed.toMillis() * (1 - part) / part)))
                + " left"
            : "";
    return HumanFormat.count(events)
        + " of "
        + HumanFormat.count(settings.events(), "event", "events")
        + ", "
        + HumanFormat.count(injected)
        + " of "
        + HumanFormat.count(settings.faults(), "fault", "faults")
        + left;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private DemoSettings settings(OptionValues values) {
    TransportKind kind = TransportKind.parse(transport, values);
    long random = ThreadLocalRandom.current().nextInt(RANDOM_SEEDS);
    return new DemoSettings(
        new DemoTransport(kind == null ? TransportKind.SSE : kind),
        values.wholeNumber("--seed", seed, Long.MIN_VALUE, Long.MAX_VALUE, random),
        values.wholeNumber("--events", events, 1, MAX_EVENTS, DEFAULT_EVENTS),
        (int) values.wholeNumber("--faults", faults, 0, MAX_FAULTS, DEFAULT_FAULTS));
  }
}
