package dev.perennial.cli.conformance;

import dev.perennial.cli.console.ExitCode;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.VersionProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code conformance}, which is a group of subcommands. */
@Command(
    name = "conformance",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Test a client of live streams against the conformance rules.",
    description = {
      "%nA rule describes one situation, such as a server that fails in a certain way, and what a"
          + " client must do in it. Without a subcommand the rules are run: 'perennial conformance"
          + " --subject okhttp-sse' is the same as 'perennial conformance run --subject"
          + " okhttp-sse'."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial conformance [run | list | replay | serve] [<option>...]",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:success; after a run, the clients passed",
      "1:a client failed a rule, or a report could not be written",
      "2:invalid command line",
      "3:a file, folder or port could not be used",
      "130:interrupted by Ctrl-C"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial conformance",
      "  perennial conformance --subject okhttp-sse --report reports",
      "  perennial conformance list --area resume",
      "",
      "Run 'perennial conformance <command> --help' for the options of a command."
    })
public final class ConformanceCommand implements Callable<Integer> {
  private static final Set<String> OWN_OPTIONS = Set.of("-h", "--help", "-V", "--version");

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  private ConformanceCommand() {}

  /** Returns the command with its subcommands. */
  public static CommandLine commandLine(Terminal terminal, InterruptHandler interruptHandler) {
    return new CommandLine(new ConformanceCommand())
        .addSubcommand(new RunCommand(terminal, interruptHandler))
        .addSubcommand(new ListCommand(terminal))
        .addSubcommand(new ReplayCommand(terminal, interruptHandler))
        .addSubcommand(new ServeCommand(terminal, interruptHandler));
  }

  /**
   * Inserts {@code run} after {@code conformance} if no subcommand follows.
   *
   * @param args the arguments of the process
   */
  public static String[] withDefaultSubcommand(String... args) {
    if (args.length == 0 || !args[0].equals("conformance")) {
      return args;
    }
    boolean isRun = args.length == 1 || (args[1].startsWith("-") && !OWN_OPTIONS.contains(args[1]));
    if (!isRun) {
      return args;
    }
    List<String> complete = new ArrayList<>(Arrays.asList(args));
    complete.add(1, "run");
    return complete.toArray(new String[0]);
  }

  /** Prints the help as an error. Not reached, since a subcommand is always named or inserted. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
