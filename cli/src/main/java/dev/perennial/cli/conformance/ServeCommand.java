package dev.perennial.cli.conformance;

import dev.perennial.cli.console.ExitCode;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.VersionProvider;
import dev.perennial.testkit.conformance.ConformanceServer;
import dev.perennial.testkit.conformance.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves the conformance rules to clients in any language. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Serve the rules to clients in any language, over HTTP and JSON.",
    description = {
      "%nStarts a server on localhost. A client starts a session, asks what to do next, connects to"
          + " the streams that it is given, reports what it observes and gets the verdicts."
          + " docs/conformance-protocol.md describes the protocol, with examples for curl and"
          + " JavaScript."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial conformance serve [<option>...]",
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:with --once: the client passed",
      "1:with --once: the client failed a rule or left before the end, or the report could not be"
          + " written",
      "2:invalid command line",
      "3:the port or the report folder could not be used",
      "130:interrupted by Ctrl-C"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial conformance serve",
      "  perennial conformance serve --port 8087 --report reports",
      "  perennial conformance serve --once"
    })
final class ServeCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InterruptHandler interruptHandler;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ReentrantLock printing = new ReentrantLock();

  /** Whether the session of {@code --once} passed. */
  private volatile boolean isPassed;

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "<number>",
      description = "Port to listen on, on 127.0.0.1. Default: a free one, which is printed.")
  private @Nullable String port;

  @Option(
      names = "--report",
      paramLabel = "<folder>",
      description =
          "Write HTML, JUnit XML and JSON reports and the traces of failures into this folder, in a"
              + " subfolder for each session.")
  private @Nullable Path folder;

  @Option(names = "--once", description = "Exit after the first session.")
  private boolean isOnce;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  ServeCommand(Terminal terminal, InterruptHandler interruptHandler) {
    this.terminal = terminal;
    this.interruptHandler = interruptHandler;
  }

  @Override
  public Integer call() throws InterruptedException {
    int number = (int) new OptionValues(spec).wholeNumber("--port", port, 0, 65_535, 0);
    try (ConformanceServer server = start(number)) {
      printUsage(server.url().toString());
      interruptHandler.onInterrupt(ended::countDown);
      ended.await();
    } catch (BindException e) {
      return failed("could not listen on port " + number + ": " + e.getMessage());
    } catch (IOException e) {
      return failed(FileErrors.message(e));
    }
    if (interruptHandler.isInterrupted()) {
      return ExitCode.INTERRUPTED;
    }
    return isPassed ? ExitCode.OK : ExitCode.FAILED;
  }

  private ConformanceServer start(int number) throws IOException {
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return ConformanceServer.builder()
        .port(number)
        .onReport(report -> sessionEnded(report, true))
        .onLeft(report -> sessionEnded(report, false))
        .start();
  }

  private int failed(String message) {
    terminal.printError("perennial conformance serve: " + message);
    return ExitCode.NOT_OPENED;
  }

  private void printUsage(String url) {
    PrintStream out = terminal.out();
    out.println("Listening on " + terminal.outStyle().bold(url));
    out.println("Start a session, then ask its URL what to do next:");
    out.println(
        "  curl -d '{\"name\":\"my client\",\"transports\":[\"sse\"],"
            + "\"capabilities\":[\"reconnects\"]}' "
            + url
            + "sessions");
    out.println("In JavaScript, " + url + "runner.mjs does this for you.");
    out.println("docs/conformance-protocol.md describes the protocol. Press Ctrl-C to stop.");
  }

  /** Called by the thread of a session; several may end at the same time. */
  private void sessionEnded(Report report, boolean isComplete) {
    printing.lock();
    try {
      SessionSummary summary = new SessionSummary(report, isComplete);
      summary.lines(terminal.outStyle()).forEach(terminal.out()::println);
      boolean isWritten = folder == null || write(report, isComplete, folder);
      if (isOnce) {
        isPassed = isComplete && isWritten && report.isPassed();
        ended.countDown();
      }
    } finally {
      printing.unlock();
    }
  }

  /** Returns false when the report could not be written. */
  private boolean write(Report report, boolean isComplete, Path parent) {
    try {
      ReportFolder written = ReportFolder.createForSession(report, isComplete, parent);
      written.write(List.of(report));
      terminal.out().println("  Report: " + written.page());
      return true;
    } catch (IOException e) {
      terminal.printError("The report could not be written: " + FileErrors.message(e));
      return false;
    }
  }
}
