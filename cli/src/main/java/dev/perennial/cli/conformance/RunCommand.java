package dev.perennial.cli.conformance;

import dev.perennial.cli.conformance.ConformanceRunner.Plan;
import dev.perennial.cli.conformance.SubjectOptions.Subject;
import dev.perennial.cli.console.ExitCode;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.VersionProvider;
import dev.perennial.testkit.conformance.MarkdownReport;
import dev.perennial.testkit.conformance.Protocol;
import dev.perennial.testkit.conformance.Report;
import dev.perennial.testkit.conformance.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tests clients against the conformance rules. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Test clients against the rules. The default when no command is given.",
    description = {
      "%nRuns each rule over each transport that the client supports, against a server of its own"
          + " on localhost. Rules that need a capability which the client does not claim are not"
          + " applicable. docs/conformance-kit.md describes how to test your own client."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial conformance [run] [<option>...]",
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all clients passed; optional rules do not count, and clients that are not installed are"
          + " skipped",
      "1:a client failed a rule, or a report could not be written",
      "2:invalid command line",
      "3:the report folder could not be used",
      "130:interrupted by Ctrl-C; reports the results so far"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial conformance",
      "  perennial conformance --subject okhttp-sse --report reports",
      "  perennial conformance --rule 'sse-*' --transport sse --at-once 1",
      "  perennial conformance --class-path classes --subject example.MyClient"
    })
final class RunCommand implements Callable<Integer> {
  private static final int RANDOM_SEEDS = 1_000_000_000;
  private static final int MAX_SPEED = 1_000;
  private static final int DEFAULT_SPEED = 20;
  private static final int MAX_AT_ONCE = 1_000;
  private static final int DEFAULT_AT_ONCE = 12;

  private final Terminal terminal;
  private final InterruptHandler interruptHandler;

  @Spec private CommandSpec spec;

  @Mixin private SubjectOptions subjectOptions = new SubjectOptions();

  @Option(
      names = "--transport",
      paramLabel = "sse|ndjson|websocket",
      description = "Only this transport. Default: all that the client supports.")
  private @Nullable String transport;

  @Mixin private RuleOptions ruleOptions = new RuleOptions();

  @Option(
      names = "--seed",
      paramLabel = "<number>",
      description = "Seed of the order of the rules. Default: random, and printed.")
  private @Nullable String seed;

  @Option(
      names = "--speed",
      paramLabel = "<factor>",
      description =
          "Run this many times faster than the durations in the rules. Use less on a busy machine,"
              + " or for a client with coarse timers. Default: 20.")
  private @Nullable String speed;

  @Option(
      names = "--at-once",
      paramLabel = "<count>",
      description = "Scenarios to run in parallel; use 1 for a debugger. Default: 12.")
  private @Nullable String atOnce;

  @Option(
      names = "--report",
      paramLabel = "<folder>",
      description =
          "Write HTML, JUnit XML and JSON reports into this folder, and a trace of each failure for"
              + " 'perennial conformance replay'.")
  private @Nullable Path folder;

  @Option(
      names = "--table",
      paramLabel = "<file>",
      description = "Write a Markdown table of rules and clients into this file.")
  private @Nullable Path table;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  RunCommand(Terminal terminal, InterruptHandler interruptHandler) {
    this.terminal = terminal;
    this.interruptHandler = interruptHandler;
  }

  @Override
  public Integer call() {
    OptionValues values = new OptionValues(spec);
    List<Rule> rules = ruleOptions.rules(values);
    Protocol protocol = protocol(values);
    ConformanceRunner runner = runner(rules, values);
    List<Plan> plans = new ArrayList<>();
    for (Subject subject : subjectOptions.subjects(values)) {
      Set<Protocol> protocols = protocols(subject, protocol, values);
      requireRules(subject, rules, protocols, values);
      plans.add(new Plan(subject, protocols));
    }
    try {
      ReportFolder reports = folder == null ? null : ReportFolder.create(folder, plans.size() > 1);
      return run(runner, plans, reports);
    } catch (IOException e) {
      terminal.printError(spec.qualifiedName() + ": " + FileErrors.message(e));
      return ExitCode.NOT_OPENED;
    }
  }

  private ConformanceRunner runner(List<Rule> rules, OptionValues values) {
    long random = ThreadLocalRandom.current().nextInt(RANDOM_SEEDS);
    return new ConformanceRunner(
        terminal,
        interruptHandler,
        rules,
        values.wholeNumber("--seed", seed, Long.MIN_VALUE, Long.MAX_VALUE, random),
        values.positiveNumber("--speed", speed, MAX_SPEED, DEFAULT_SPEED),
        (int) values.wholeNumber("--at-once", atOnce, 1, MAX_AT_ONCE, DEFAULT_AT_ONCE));
  }

  /** Returns null when the option was not given. */
  private @Nullable Protocol protocol(OptionValues values) {
    if (transport == null) {
      return null;
    }
    return switch (transport) {
      case "sse" -> Protocol.SSE;
      case "ndjson" -> Protocol.NDJSON;
      case "websocket", "ws" -> Protocol.WEBSOCKET;
      default ->
          throw values.invalid(
              "--transport must be sse, ndjson or websocket" + OptionValues.butWas(transport));
    };
  }

  private static Set<Protocol> protocols(
      Subject subject, @Nullable Protocol protocol, OptionValues values) {
    Set<Protocol> supported = subject.client().protocols();
    if (protocol == null) {
      return supported;
    } else if (supported.contains(protocol)) {
      return Set.of(protocol);
    } else if (!subject.isNamed()) {
      return Set.of();
    }
    throw values.invalid(
        "--transport must be one that "
            + subject.client().name()
            + " supports ("
            + Protocols.labels(supported)
            + ")"
            + OptionValues.butWas(protocol.label()));
  }

  private static void requireRules(
      Subject subject, List<Rule> rules, Set<Protocol> protocols, OptionValues values) {
    if (subject.isNamed() && ConformanceRunner.count(rules, protocols) == 0) {
      Set<Protocol> covered =
          rules.stream().flatMap(rule -> rule.protocols().stream()).collect(Collectors.toSet());
      throw values.invalid(
          "--rule and --area must select a rule over "
              + Protocols.labels(protocols)
              + " for "
              + subject.client().name()
              + " but they select "
              + rules.stream().map(Rule::id).limit(5).collect(Collectors.joining(", "))
              + (rules.size() > 5 ? ", …" : "")
              + " over "
              + Protocols.labels(covered));
    }
  }

  private int run(ConformanceRunner runner, List<Plan> plans, @Nullable ReportFolder reportFolder) {
    List<Report> reports = runner.run(plans, reportFolder);
    boolean isWritten = write(reports, reportFolder);
    if (interruptHandler.isInterrupted()) {
      terminal
          .out()
          .println(
              terminal.outStyle().yellow("Interrupted: the remaining scenarios were not run."));
      return ExitCode.INTERRUPTED;
    }
    boolean isPassed = reports.stream().allMatch(Report::isPassed);
    return isWritten && isPassed ? ExitCode.OK : ExitCode.FAILED;
  }

  /** Returns false when a report could not be written. */
  private boolean write(List<Report> reports, @Nullable ReportFolder reportFolder) {
    try {
      if (reports.isEmpty()) {
        return true;
      }
      if (reportFolder != null) {
        reportFolder.write(reports);
        terminal.out().println("Report: " + reportFolder.page());
      }
      if (table != null) {
        MarkdownReport.write(reports, "./perennial " + String.join(" ", arguments()), table);
        terminal.out().println("Table: " + table);
      }
      return true;
    } catch (IOException e) {
      terminal.printError(
          spec.qualifiedName() + ": could not write a report: " + FileErrors.message(e));
      return false;
    }
  }

  /** The arguments of the process. */
  private List<String> arguments() {
    return spec.root().commandLine().getParseResult().originalArgs();
  }
}
