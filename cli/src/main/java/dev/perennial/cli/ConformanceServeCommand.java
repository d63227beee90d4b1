package dev.perennial.cli;

import dev.perennial.conformance.ConformanceServer;
import dev.perennial.conformance.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets clients of any language try the conformance rules. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    versionProvider = VersionSource.class,
    header = "Let clients of any language try the rules, over HTTP and JSON.",
    description = {
      "%nStarts a server on loopback. A client begins a session there, asks what to do next,"
          + " follows the streams that it is given, tells what it sees, and is told the verdicts."
          + " docs/conformance-protocol.md says how, with an example in curl and in JavaScript."
    },
    synopsisHeading = "%nUsage: ",
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:with --once: the client keeps all rules that apply to it",
      "1:with --once: it does not, or it left before the end",
      "2:the command line is wrong",
      "3:the port or the folder could not be used",
      "130:interrupted by Ctrl-C"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial conformance serve",
      "  perennial conformance serve --port 8087 --report reports",
      "  perennial conformance serve --once"
    })
final class ConformanceServeCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Interrupt interrupt;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean isPassed;

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "<number>",
      description = "listen on this port of 127.0.0.1 (default: a free one, which is told)")
  private @Nullable String port;

  @Option(
      names = "--report",
      paramLabel = "<folder>",
      description =
          "write a folder for each session into this one: report.html, junit.xml, report.json, and"
              + " the traces of what failed")
  private @Nullable Path folder;

  @Option(names = "--once", description = "end when one session has")
  private boolean isOnce;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  ConformanceServeCommand(Terminal terminal, Interrupt interrupt) {
    this.terminal = terminal;
    this.interrupt = interrupt;
  }

  @Override
  public Integer call() throws InterruptedException {
    int number = (int) new OptionValues(spec).wholeNumber("--port", port, 0, 65_535, 0);
    try (ConformanceServer server = started(number)) {
      begin(server);
      interrupt.onRaised(over::countDown);
      over.await();
    } catch (IOException e) {
      terminal.err().println(terminal.errPaint().red("perennial conformance serve: " + e));
      return ExitCode.NOT_OPENED;
    }
    if (interrupt.isRaised()) {
      return ExitCode.INTERRUPTED;
    }
    return isPassed ? ExitCode.OK : ExitCode.FAILED;
  }

  private ConformanceServer started(int number) throws IOException {
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return ConformanceServer.builder()
        .port(number)
        .onReport(report -> ended(report, true))
        .onLeft(report -> ended(report, false))
        .start();
  }

  private void begin(ConformanceServer server) {
    terminal.out().println("Listening on " + terminal.outPaint().bold(server.url().toString()));
    terminal.out().println("Begin a session, and ask its URL what to do next:");
    terminal
        .out()
        .println(
            "  curl -d '{\"name\":\"my client\",\"transports\":[\"sse\"],"
                + "\"capabilities\":[\"reconnects\"]}' "
                + server.url()
                + "sessions");
    terminal.out().println("In JavaScript, " + server.url() + "runner.mjs does it for you.");
    terminal.out().println("docs/conformance-protocol.md says how. Ctrl-C ends it.");
  }

  /** On the thread of a session; several may end at once. */
  private synchronized void ended(Report report, boolean isWhole) {
    ConformanceVerdicts verdicts = new ConformanceVerdicts(report, isWhole);
    verdicts.lines(terminal.outPaint()).forEach(terminal.out()::println);
    boolean isWritten = folder == null || isWritten(report, isWhole, folder);
    if (isOnce) {
      isPassed = isWhole && isWritten && report.isPassed();
      over.countDown();
    }
  }

  private boolean isWritten(Report report, boolean isWhole, Path into) {
    try {
      ReportFolder written = ReportFolder.madeFor(report, isWhole, into);
      written.write(List.of(report));
      terminal.out().println("  written to " + written.page());
      return true;
    } catch (IOException e) {
      terminal
          .err()
          .println(terminal.errPaint().red("The report could not be written: " + IoWords.of(e)));
      return false;
    }
  }
}
