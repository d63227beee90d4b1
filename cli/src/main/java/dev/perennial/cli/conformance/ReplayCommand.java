package dev.perennial.cli.conformance;

import dev.perennial.cli.conformance.SubjectOptions.Subject;
import dev.perennial.cli.console.ExitCode;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TextStyle;
import dev.perennial.cli.console.VersionProvider;
import dev.perennial.testkit.conformance.ClientUnderTest;
import dev.perennial.testkit.conformance.Result;
import dev.perennial.testkit.conformance.TraceFile;
import dev.perennial.testkit.conformance.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replays the trace of an earlier run to a client. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Replay the trace of an earlier run to a client, and judge it again.",
    description = {
      "%nThe server answers the first request with the bytes, pauses and faults that the first"
          + " request of the recorded run got, and so on, whatever a request asks for. 'perennial"
          + " conformance --report <folder>' records a trace of each failure."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial conformance replay <file> [<option>...]",
    sortOptions = false,
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all clients passed, or the rule does not apply to them",
      "1:a client failed",
      "2:invalid command line",
      "3:the file could not be read or replayed",
      "130:interrupted by Ctrl-C"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial conformance replay reports/traces/resume-02-sse.json",
      "  perennial conformance replay trace.json --subject okhttp-sse",
      "  perennial conformance replay trace.json --subject all"
    })
final class ReplayCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InterruptHandler interruptHandler;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "<file>", description = "Trace to replay, as written by --report.")
  private Path file;

  @Mixin private SubjectOptions subjectOptions = new SubjectOptions();

  @SuppressWarnings("NullAway.Init") // picocli sets the required fields before it calls.
  ReplayCommand(Terminal terminal, InterruptHandler interruptHandler) {
    this.terminal = terminal;
    this.interruptHandler = interruptHandler;
  }

  @Override
  public Integer call() {
    OptionValues values = new OptionValues(spec);
    List<Subject> subjects = subjectOptions.subjects(values);
    TraceFile trace;
    try {
      trace = TraceFile.read(file);
    } catch (IOException e) {
      return failed(FileErrors.message(e));
    }
    String unplayable = trace.unplayable();
    if (unplayable != null) {
      return failed(unplayable);
    }
    subjects.forEach(subject -> requireTransport(subject, trace, values));
    print(trace);
    int exitCode = ExitCode.OK;
    for (Subject subject : subjects) {
      if (!subject.client().protocols().contains(trace.protocol())) {
        continue;
      }
      try {
        exitCode = Math.max(exitCode, replay(trace, subject));
      } catch (InterruptedException e) {
        return ExitCode.INTERRUPTED;
      }
    }
    return exitCode;
  }

  private int failed(String message) {
    terminal.printError("perennial conformance replay: " + message);
    return ExitCode.NOT_OPENED;
  }

  private static void requireTransport(Subject subject, TraceFile trace, OptionValues values) {
    ClientUnderTest client = subject.client();
    if (subject.isNamed() && !client.protocols().contains(trace.protocol())) {
      throw values.invalid(
          "--subject must support the transport of the trace, "
              + trace.protocol()
              + ", but "
              + client.name()
              + " supports "
              + Protocols.labels(client.protocols()));
    }
  }

  private void print(TraceFile trace) {
    PrintStream out = terminal.out();
    String key = trace.rule().id() + "/" + trace.protocol();
    out.println(terminal.outStyle().bold(key) + "  " + trace.rule().sentence());
    trace.rule().words(trace.protocol()).stream()
        .flatMap(line -> WordWrap.lines(line, 4).stream())
        .forEach(out::println);
    out.println(
        "Replaying at "
            + HumanFormat.decimal(trace.speed())
            + " times the speed of the rule. The recorded run "
            + (trace.verdict() == Verdict.PASSED ? "passed." : "failed."));
  }

  private int replay(TraceFile trace, Subject subject) throws InterruptedException {
    Thread player = Thread.currentThread();
    try (ClientUnderTest client = subject.client()) {
      String unavailable = subject.unavailable();
      if (unavailable != null) {
        terminal.out().println(terminal.outStyle().yellow(client.name() + ": skipped"));
        terminal.out().println("  " + unavailable);
        return ExitCode.OK;
      }
      interruptHandler.onInterrupt(player::interrupt);
      Result result = trace.play(client);
      print(result, client);
      return result.verdict() == Verdict.FAILED ? ExitCode.FAILED : ExitCode.OK;
    } finally {
      interruptHandler.onInterrupt(() -> {});
    }
  }

  private void print(Result result, ClientUnderTest client) {
    TextStyle style = terminal.outStyle();
    String verdict =
        switch (result.verdict()) {
          case PASSED -> style.green(client.name() + ": passed");
          case FAILED -> style.red(client.name() + ": failed");
          case NOT_APPLICABLE -> style.yellow(client.name() + ": not applicable");
        };
    terminal.out().println(verdict);
    result.problems().stream()
        .flatMap(problem -> WordWrap.lines(problem, 2).stream())
        .forEach(terminal.out()::println);
  }
}
