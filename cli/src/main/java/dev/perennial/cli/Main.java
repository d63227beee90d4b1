package dev.perennial.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.cli.conformance.ConformanceCommand;
import dev.perennial.cli.console.ExitCode;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TextStyle;
import dev.perennial.cli.console.UsageErrorHandler;
import dev.perennial.cli.console.VersionProvider;
import dev.perennial.cli.demo.DemoCommand;
import dev.perennial.cli.demo.TortureCommand;
import dev.perennial.cli.tail.TailCommand;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line {@code perennial} and its entry point. */
@Command(
    name = "perennial",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Live streams that reconnect, resume and report gaps: SSE, NDJSON and WebSocket.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial [--help | --version] <command> [<option>...]",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:success",
      "1:the command failed; its own help says in which cases",
      "2:invalid command line",
      "3:a stream, file, folder or port could not be opened",
      "130:interrupted by Ctrl-C"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial demo",
      "  perennial torture --faults 2000",
      "  perennial tail https://stream.wikimedia.org/v2/stream/recentchange",
      "  perennial conformance --subject okhttp-sse",
      "",
      "Run 'perennial <command> --help' for the options of a command."
    })
public final class Main implements Callable<Integer> {
  private static final Logger LIBRARY = Logger.getLogger("dev.perennial");

  private static final int FEWEST_HELP_COLUMNS = 55;
  private static final int MOST_HELP_COLUMNS = 80;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  private Main() {}

  /** Runs the command that {@code args} name and ends the process with its exit code. */
  public static void main(String[] args) {
    LIBRARY.setLevel(Level.OFF); // The commands say themselves what happens.
    InterruptHandler interruptHandler = InterruptHandler.ofProcess();
    int exitCode = run(Terminal.ofProcess(), interruptHandler, args);
    interruptHandler.finished();
    System.exit(exitCode);
  }

  /** Runs the command that {@code args} name and returns its exit code. */
  static int run(Terminal terminal, InterruptHandler interruptHandler, String... args) {
    CommandLine main =
        commandLine(
            terminal,
            new DemoCommand(terminal, interruptHandler),
            new TortureCommand(terminal, interruptHandler),
            TailCommand.commandLine(terminal, interruptHandler),
            ConformanceCommand.commandLine(terminal, interruptHandler));
    return main.execute(ConformanceCommand.withDefaultSubcommand(args));
  }

  /** Returns the command line with these commands. */
  static CommandLine commandLine(Terminal terminal, Object... commands) {
    CommandLine main = new CommandLine(new Main());
    for (Object command : commands) {
      main.addSubcommand(command);
    }
    boolean isStyled = terminal.outStyle() == TextStyle.ANSI;
    return main.setOut(new PrintWriter(terminal.out(), true, UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, UTF_8))
        .setColorScheme(Help.defaultColorScheme(isStyled ? Ansi.ON : Ansi.OFF))
        .setParameterExceptionHandler(new UsageErrorHandler())
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(helpColumns(terminal))
        .setUsageHelpLongOptionsMaxWidth(30);
  }

  /** Picocli refuses fewer columns than 55; then {@link Terminal} breaks the lines again. */
  private static int helpColumns(Terminal terminal) {
    return Math.max(FEWEST_HELP_COLUMNS, Math.min(MOST_HELP_COLUMNS, terminal.columns()));
  }

  /** Prints the help as an error: no command was given. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
