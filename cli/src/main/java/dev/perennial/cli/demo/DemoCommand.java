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

/** Runs a subscription through injected faults and counts the events that arrive. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Run a live subscription through injected faults and count what arrives.",
    description = {
      "%nStarts a stream server and a fault-injecting proxy on localhost, subscribes through the"
          + " public API and prints each fault with its effect. Every event is checked without the"
          + " library's own counters: it must arrive once, in order and unchanged.",
      "%nFirst it shows how a subscription handles the responses 401, 429, 307 and 410 to a"
          + " reconnect, unless --faults is 0."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial demo [<option>...]",
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every event arrived once, in order and unchanged",
      "1:an event was lost, duplicated, out of order or damaged, or the subscription failed",
      "2:invalid command line",
      "130:interrupted by Ctrl-C; prints the counts so far"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial demo",
      "  perennial demo --transport ws --seed 42",
      "  perennial demo --events 1000000 --faults 2000"
    })
public final class DemoCommand implements Callable<Integer> {
  private static final long MAX_EVENTS = 100_000_000;
  private static final long MAX_FAULTS = 1_000_000;
  private static final long DEFAULT_EVENTS = 20_000;
  private static final long DEFAULT_FAULTS = 40;
  private static final int RANDOM_SEEDS = 1_000_000;

  private final Terminal terminal;
  private final InterruptHandler interruptHandler;
  private final UnaryOperator<StreamListener<String>> decorator;

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
          "Seed of the faults; the same seed makes the same faults. Default: random, and printed.")
  private @Nullable String seed;

  @Option(
      names = "--events",
      paramLabel = "<count>",
      description = "Number of events to publish, 1 to 100000000. Default: 20000.")
  private @Nullable String events;

  @Option(
      names = "--faults",
      paramLabel = "<count>",
      description =
          "Number of faults to inject, spread over the events; at most one for each event. Default:"
              + " 40, or the number of events if that is less.")
  private @Nullable String faults;

  /** Creates the command. */
  public DemoCommand(Terminal terminal, InterruptHandler interruptHandler) {
    this(terminal, interruptHandler, UnaryOperator.identity());
  }

  /**
   * @param decorator wraps the consumer; for tests
   */
  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  DemoCommand(
      Terminal terminal,
      InterruptHandler interruptHandler,
      UnaryOperator<StreamListener<String>> decorator) {
    this.terminal = terminal;
    this.interruptHandler = interruptHandler;
    this.decorator = decorator;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    DemoSettings settings = settings(new OptionValues(spec));
    DemoProgress progress = new DemoProgress(settings, terminal);
    progress.started();
    if (settings.faults() > 0 && !showResponses(settings, progress)) {
      return interruptHandler.isInterrupted() ? ExitCode.INTERRUPTED : ExitCode.FAILED;
    }
    DemoSummary summary = new DemoRun(settings, progress, interruptHandler, decorator).run();
    progress.ended(summary);
    if (!summary.isPassed()) {
      return ExitCode.FAILED;
    }
    return summary.isInterrupted() ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  /** Returns false when a response was not handled as expected, or on an interrupt. */
  private boolean showResponses(DemoSettings settings, DemoProgress progress)
      throws IOException, InterruptedException {
    try {
      progress.responsesHandled(new ResponseDemo(settings.transport(), interruptHandler).run());
      return true;
    } catch (ResponseDemo.UnexpectedException e) {
      terminal.printError("perennial demo: " + e.getMessage());
      return false;
    } catch (InterruptedException e) {
      if (interruptHandler.isInterrupted()) {
        return false;
      }
      throw e;
    }
  }

  private DemoSettings settings(OptionValues values) {
    long eventCount = values.wholeNumber("--events", events, 1, MAX_EVENTS, DEFAULT_EVENTS);
    long faultCount =
        values.wholeNumber("--faults", faults, 0, MAX_FAULTS, Math.min(DEFAULT_FAULTS, eventCount));
    if (faultCount > eventCount) {
      throw values.invalid(
          "--faults must not be more than --events but was "
              + faultCount
              + " with --events "
              + eventCount);
    }
    TransportKind kind = TransportKind.parse(transport, values);
    long random = ThreadLocalRandom.current().nextInt(RANDOM_SEEDS);
    return new DemoSettings(
        new DemoTransport(kind == null ? TransportKind.SSE : kind),
        values.wholeNumber("--seed", seed, Long.MIN_VALUE, Long.MAX_VALUE, random),
        eventCount,
        (int) faultCount);
  }
}
