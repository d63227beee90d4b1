package dev.perennial.cli;

import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.TraceFile;
import dev.perennial.conformance.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Plays the trace of a run to a client again. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    versionProvider = VersionSource.class,
    header = "Play the trace of a run to a client, and judge it again.",
    description = {
      "%nEach request gets the bytes, the pauses and the faults that the request of that number got"
          + " when the trace was written, whatever it asks for. 'perennial conformance --report"
          + " <folder>' writes the traces of what failed."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial conformance replay <file> [<option>...]",
    sortOptions = false,
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:each client keeps the rule, or it does not apply to it",
      "1:a client does not",
      "2:the command line is wrong",
      "3:the file cannot be read, or not be played back",
      "130:interrupted by Ctrl-C"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial conformance replay reports/traces/resume-02-sse.json --subject okhttp-sse",
      "  perennial conformance replay trace.json --subject all"
    })
final class ConformanceReplayCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Interrupt interrupt;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "<file>", description = "a trace, as --report writes it")
  private Path file;

  @Mixin private SubjectOptions subjects = new SubjectOptions();

  @SuppressWarnings("NullAway.Init") // picocli sets the required fields before it calls.
  ConformanceReplayCommand(Terminal terminal, Interrupt interrupt) {
    this.terminal = terminal;
    this.interrupt = interrupt;
  }

  @Override
  public Integer call() {
    OptionValues values = new OptionValues(spec);
    List<SubjectOptions.Chosen> chosen = subjects.chosen(values);
    TraceFile trace;
    try {
      trace = TraceFile.read(file);
    } catch (IOException e) {
      return refused(IoWords.of(e));
    }
    String unplayable = trace.unplayable();
    if (unplayable != null) {
      return refused(unplayable);
    }
    chosen.forEach(one -> requireTransport(one, trace, values));
    begin(trace);
    int exitCode = ExitCode.OK;
    for (SubjectOptions.Chosen one : chosen) {
      if (!one.client().protocols().contains(trace.protocol())) {
        continue;
      }
      try {
        exitCode = Math.max(exitCode, play(trace, one));
      } catch (InterruptedException e) {
        return ExitCode.INTERRUPTED;
      }
    }
    return exitCode;
  }

  private int refused(String message) {
    terminal.err().println(terminal.errPaint().red("perennial conformance replay: " + message));
    return ExitCode.NOT_OPENED;
  }

  private static void requireTransport(
      SubjectOptions.Chosen chosen, TraceFile trace, OptionValues values) {
    ClientUnderTest client = chosen.client();
    if (chosen.isNamed() && !client.protocols().contains(trace.protocol())) {
      throw values.refused(
          "--subject must speak the trace's transport, "
              + trace.protocol()
              + ", but "
              + client.name()
              + " speaks "
              + ConformanceRunCommand.labels(client.protocols()));
    }
  }

  private void begin(TraceFile trace) {
    PrintStream out = terminal.out();
    String key = trace.rule().id() + "/" + trace.protocol();
    out.println(terminal.outPaint().bold(key) + "  " + trace.rule().sentence());
    trace.rule().describe(trace.protocol()).stream()
        .flatMap(line -> TextBlock.lines(line, 4).stream())
        .forEach(out::println);
    out.println(
        String.format(
            Locale.ROOT,
            "Played back at %s times the rule's own speed; when it was written it %s.",
            speed(trace.speed()),
            trace.verdict() == Verdict.PASSED ? "passed" : "failed"));
  }

  static String speed(double speed) {
    return speed == Math.rint(speed) ? Long.toString((long) speed) : Double.toString(speed);
  }

  private int play(TraceFile trace, SubjectOptions.Chosen chosen) throws InterruptedException {
    Thread player = Thread.currentThread();
    try (ClientUnderTest client = chosen.client()) {
      String unavailable = chosen.unavailable();
      if (unavailable != null) {
        terminal.out().println(terminal.outPaint().yellow(client.name() + ": skipped"));
        terminal.out().println("  " + unavailable);
        return ExitCode.OK;
      }
      interrupt.onRaised(player::interrupt);
      Result result = trace.play(client);
      return told(result, client);
    } finally {
      interrupt.onRaised(() -> {});
    }
  }

  private int told(Result result, ClientUnderTest client) {
    Paint paint = terminal.outPaint();
    String words =
        switch (result.verdict()) {
          case PASSED -> paint.green(client.name() + ": passed");
          case FAILED -> paint.red(client.name() + ": failed");
          case NOT_APPLICABLE -> paint.yellow(client.name() + ": does not apply");
        };
    terminal.out().println(words);
    result.problems().stream()
        .flatMap(problem -> TextBlock.lines(problem, 2).stream())
        .forEach(terminal.out()::println);
    return result.verdict() == Verdict.FAILED ? ExitCode.FAILED : ExitCode.OK;
  }
}
