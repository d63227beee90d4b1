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
import dev.perennial.cli.tail.TailCommand;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line {@code perennial}. */
@Command(
    name = "perennial",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Subscriptions that survive: streams that reconnect, resume and say so.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial [--help | --version] <command> [<option>...]",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial demo",
      "  perennial tail https://stream.wikimedia.org/v2/stream/recentchange",
      "  perennial conformance --subject okhttp-sse",
      "",
      "'perennial <command> --help' says more about each."
    })
public final class Main implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before anything is called.
  private Main() {}

  /** Runs the command that {@code args} name and ends the process with its exit code. */
  public static void main(String[] args) {
    InterruptHandler interruptHandler = InterruptHandler.ofProcess();
    int exitCode = run(Terminal.ofProcess(), interruptHandler, args);
    interruptHandler.finished();
    System.exit(exitCode);
  }

  /** Returns the exit code. */
  static int run(Terminal terminal, InterruptHandler interruptHandler, String... args) {
    CommandLine main =
        commandLine(
            terminal,
            new DemoCommand(terminal, interruptHandler),
            new TailCommand(terminal, interruptHandler),
            ConformanceCommand.commandLine(terminal, interruptHandler));
    return main.execute(ConformanceCommand.withRun(args));
  }

  static CommandLine commandLine(Terminal terminal, Object... commands) {
    CommandLine main = new CommandLine(new Main());
    for (Object command : commands) {
      main.addSubcommand(command);
    }
    boolean isColoured = terminal.outStyle() == TextStyle.ANSI;
    return main.setOut(new PrintWriter(terminal.out(), true, UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, UTF_8))
        .setColorScheme(Help.defaultColorScheme(isColoured ? Ansi.ON : Ansi.OFF))
        .setParameterExceptionHandler(new UsageErrorHandler())
        .setUsageHelpAutoWidth(false)
        .setUsageHelpLongOptionsMaxWidth(30);
  }

  /** Called when no command is named: says which there are. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
