package dev.perennial.cli.demo;

import dev.perennial.StreamListener;
import dev.perennial.cli.console.ExitCode;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TransportKind;
import dev.perennial.cli.console.VersionProvider;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows a live subscription through injected faults, and counts what arrived. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Show a live subscription through injected faults, and count what arrived.",
    description = {
      "%nStarts an event log, a server of it and a proxy that commits faults, all on loopback;"
          + " subscribes to them through the public API; and tells what happens. A consumer that"
          + " knows nothing of the library's counters checks each event: that it came, once, in"
          + " order and whole."
    },
    synopsisHeading = "%nUsage: ",
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every event arrived once and in order",
      "1:an event was lost, doubled, out of order or damaged, or the subscription failed",
      "2:the command line is wrong",
      "130:interrupted by Ctrl-C; the tally so far is printed"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial demo",
      "  perennial demo --seed 42",
      "  perennial demo --transport ws",
      "  perennial demo --events 1000000 --faults 2000"
    })
public final class DemoCommand implements Callable<Integer> {
  private static final long MOST_EVENTS = 100_000_000;
  private static final long MOST_FAULTS = 1_000_000;
  private static final int SEEDS = 1_000_000;

  private final Terminal terminal;
  private final InterruptHandler interruptHandler;
  private final UnaryOperator<StreamListener<String>> between;

  @Spec private CommandSpec spec;

  @Option(
      names = "--transport",
      paramLabel = "sse|ndjson|ws",
      description = "bring the events by this transport (default: sse)")
  private @Nullable String transport;

  @Option(
      names = "--seed",
      paramLabel = "<number>",
      description =
          "make the faults of this seed (by default another one each time, which is told)")
  private @Nullable String seed;

  @Option(
      names = "--events",
      paramLabel = "<count>",
      description = "publish so many events (default: 20000)")
  private @Nullable String events;

  @Option(
      names = "--faults",
      paramLabel = "<count>",
      description = "inject so many faults, spread over the events (default: 40)")
  private @Nullable String faults;

  public DemoCommand(Terminal terminal, InterruptHandler interruptHandler) {
    this(terminal, interruptHandler, UnaryOperator.identity());
  }

  /**
   * @param between stands between the subscription and the consumer, for tests
   */
  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  DemoCommand(
      Terminal terminal,
      InterruptHandler interruptHandler,
      UnaryOperator<StreamListener<String>> between) {
    this.terminal = terminal;
    this.interruptHandler = interruptHandler;
    this.between = between;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    DemoRun.Settings settings = settings(new OptionValues(spec));
    DemoProgress progress = new DemoProgress(settings, terminal);
    progress.begin();
    if (settings.faults() > 0 && !runResponseDemo(settings, progress)) {
      return interruptHandler.isInterrupted() ? ExitCode.INTERRUPTED : ExitCode.FAILED;
    }
    DemoSummary summary = new DemoRun(settings, progress, interruptHandler, between).run();
    progress.end(summary);
    if (!summary.isSound()) {
      return ExitCode.FAILED;
    }
    return summary.isInterrupted() ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  /** Whether all went as it has to. */
  private boolean runResponseDemo(DemoRun.Settings settings, DemoProgress progress)
      throws IOException, InterruptedException {
    try {
      progress.responseDemoDone(new ResponseDemo(settings.transport(), interruptHandler).run());
      return true;
    } catch (ResponseDemo.FailedException e) {
      terminal.err().println(terminal.errStyle().red("perennial demo: " + e.getMessage()));
      return false;
    } catch (InterruptedException e) {
      if (interruptHandler.isInterrupted()) {
        return false;
      }
      throw e;
    }
  }

  private DemoRun.Settings settings(OptionValues values) {
    long drawn = ThreadLocalRandom.current().nextInt(SEEDS);
    long eventCount = values.wholeNumber("--events", events, 1, MOST_EVENTS, 20_000);
    long faultCount =
        values.wholeNumber("--faults", faults, 0, MOST_FAULTS, Math.min(40, eventCount));
    if (faultCount > eventCount) {
      throw values.refused(
          "--faults must not be more than --events but was "
              + faultCount
              + " with --events "
              + eventCount);
    }
    TransportKind kind = TransportKind.named(transport, values);
    return new DemoRun.Settings(
        new DemoTransport(kind == null ? TransportKind.SSE : kind),
        values.wholeNumber("--seed", seed, Long.MIN_VALUE, Long.MAX_VALUE, drawn),
        eventCount,
        (int) faultCount);
  }
}
