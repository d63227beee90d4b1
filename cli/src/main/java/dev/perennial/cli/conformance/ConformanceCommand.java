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

/** The conformance rules: tries them, lists them, plays a trace, serves them. */
@Command(
    name = "conformance",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Try the conformance rules on a client of live streams.",
    description = {
      "%nA rule is a server that misbehaves in one way, and what a client has to make of it."
          + " Without a command the rules are run: 'perennial conformance --subject okhttp-sse' is"
          + " 'perennial conformance run --subject okhttp-sse'."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial conformance [run | list | replay | serve] [<option>...]",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial conformance",
      "  perennial conformance --subject okhttp-sse --report reports",
      "  perennial conformance list --area resume",
      "",
      "'perennial conformance <command> --help' says more about each."
    })
public final class ConformanceCommand implements Callable<Integer> {
  /** What is typed for this command; the launcher says where it is itself. */
  static final String TYPED = System.getProperty("perennial.command", "perennial") + " conformance";

  private static final Set<String> ANSWERED_HERE = Set.of("-h", "--help", "-V", "--version");

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  ConformanceCommand() {}

  /** The command and its subcommands. */
  public static CommandLine commandLine(Terminal terminal, InterruptHandler interruptHandler) {
    return new CommandLine(new ConformanceCommand())
        .addSubcommand(new RunCommand(terminal, interruptHandler))
        .addSubcommand(new ListCommand(terminal))
        .addSubcommand(new ReplayCommand(terminal, interruptHandler))
        .addSubcommand(new ServeCommand(terminal, interruptHandler));
  }

  /** The arguments of the process, with the command {@code run} where none is named. */
  public static String[] withDefaultSubcommand(String... args) {
    if (args.length == 0 || !args[0].equals("conformance")) {
      return args;
    }
    boolean isRun =
        args.length == 1 || (args[1].startsWith("-") && !ANSWERED_HERE.contains(args[1]));
    if (!isRun) {
      return args;
    }
    List<String> named = new ArrayList<>(Arrays.asList(args));
    named.add(1, "run");
    return named.toArray(new String[0]);
  }

  /** Not called: a command is always named, or put in. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
