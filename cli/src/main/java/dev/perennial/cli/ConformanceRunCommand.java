package dev.perennial.cli;

import dev.perennial.conformance.MarkdownReport;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
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

/** Runs the conformance rules with clients, and reports. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = VersionSource.class,
    header = "Try the rules on a client. This is what is done when no command is named.",
    description = {
      "%nEach rule is tried over each transport that the client speaks, against a server of its own"
          + " on loopback. A rule that needs what a client does not claim does not apply to it."
          + " docs/conformance-kit.md says how to put a client of your own under the rules."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial conformance [run] [<option>...]",
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:each client keeps all rules that apply to it; optional ones do not count, nor do clients"
          + " that are not installed",
      "1:a client does not, or a report could not be written",
      "2:the command line is wrong",
      "3:the folder of the reports could not be used",
      "130:interrupted by Ctrl-C; what came so far is reported"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial conformance",
      "  perennial conformance --subject okhttp-sse --report reports",
      "  perennial conformance --rule 'sse-*' --transport sse --at-once 1",
      "  perennial conformance --class-path classes --subject example.MyClient"
    })
final class ConformanceRunCommand implements Callable<Integer> {
  private static final int SEEDS = 1_000_000_000;

  private final Terminal terminal;
  private final Interrupt interrupt;

  @Spec private CommandSpec spec;

  @Mixin private SubjectOptions subjects = new SubjectOptions();

  @Option(
      names = "--transport",
      paramLabel = "sse|ndjson|websocket",
      description = "over this transport only (default: all that the client speaks)")
  private @Nullable String transport;

  @Mixin private RuleOptions rules = new RuleOptions();

  @Option(
      names = "--seed",
      paramLabel = "<number>",
      description =
          "run the rules in the order of this seed (by default another one each time, which is"
              + " told)")
  private @Nullable String seed;

  @Option(
      names = "--speed",
      paramLabel = "<times>",
      description =
          "run so many times faster than the rules' own time (default: 20); less for a busy"
              + " machine or a client with clumsy timers")
  private @Nullable String speed;

  @Option(
      names = "--at-once",
      paramLabel = "<count>",
      description = "try so many at once (default: 12); 1 for a debugger")
  private @Nullable String atOnce;

  @Option(
      names = "--report",
      paramLabel = "<folder>",
      description =
          "write report.html, junit.xml, report.json and traces into this folder; 'perennial"
              + " conformance replay' plays a trace again")
  private @Nullable Path folder;

  @Option(
      names = "--table",
      paramLabel = "<file>",
      description = "write a table of the rules and clients into this file, in Markdown")
  private @Nullable Path table;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  ConformanceRunCommand(Terminal terminal, Interrupt interrupt) {
    this.terminal = terminal;
    this.interrupt = interrupt;
  }

  @Override
  public Integer call() {
    OptionValues values = new OptionValues(spec);
    List<Rule> chosenRules = rules.chosen(values);
    Protocol protocol = protocol(values);
    long drawn = ThreadLocalRandom.current().nextInt(SEEDS);
    ConformanceRuns runs =
        new ConformanceRuns(
            terminal,
            interrupt,
            chosenRules,
            values.wholeNumber("--seed", seed, Long.MIN_VALUE, Long.MAX_VALUE, drawn),
            values.times("--speed", speed, 1_000, 20),
            (int) values.wholeNumber("--at-once", atOnce, 1, 1_000, 12));
    List<SubjectOptions.Chosen> chosen = subjects.chosen(values);
    List<ConformanceRuns.Planned> planned = new ArrayList<>();
    for (SubjectOptions.Chosen one : chosen) {
      Set<Protocol> protocols = protocols(one, protocol, values);
      requireRules(one, chosenRules, protocols, values);
      planned.add(new ConformanceRuns.Planned(one, protocols));
    }
    try {
      ReportFolder reports = folder == null ? null : ReportFolder.made(folder, chosen.size() > 1);
      return run(runs, planned, reports);
    } catch (IOException e) {
      terminal.err().println(terminal.errPaint().red(name() + ": " + IoWords.of(e)));
      return ExitCode.NOT_OPENED;
    }
  }

  private String name() {
    return spec.qualifiedName();
  }

  private @Nullable Protocol protocol(OptionValues values) {
    if (transport == null) {
      return null;
    }
    return switch (transport) {
      case "sse" -> Protocol.SSE;
      case "ndjson" -> Protocol.NDJSON;
      case "websocket", "ws" -> Protocol.WEBSOCKET;
      default ->
          throw values.refused(
              "--transport must be sse, ndjson or websocket" + OptionValues.wasText(transport));
    };
  }

  private static Set<Protocol> protocols(
      SubjectOptions.Chosen chosen, @Nullable Protocol protocol, OptionValues values) {
    Set<Protocol> spoken = chosen.client().protocols();
    if (protocol == null) {
      return spoken;
    } else if (spoken.contains(protocol)) {
      return Set.of(protocol);
    } else if (!chosen.isNamed()) {
      return Set.of();
    }
    throw values.refused(
        "--transport must be one that "
            + chosen.client().name()
            + " speaks, "
            + labels(spoken)
            + OptionValues.wasText(protocol.label()));
  }

  private static void requireRules(
      SubjectOptions.Chosen chosen,
      List<Rule> rules,
      Set<Protocol> protocols,
      OptionValues values) {
    if (chosen.isNamed() && ConformanceRuns.count(rules, protocols) == 0) {
      throw values.refused(
          "--rule and --area must leave a rule over "
              + labels(protocols)
              + " for "
              + chosen.client().name()
              + " but they leave "
              + rules.stream().map(Rule::id).limit(5).collect(Collectors.joining(", "))
              + (rules.size() > 5 ? ", …" : "")
              + " over "
              + labels(
                  rules.stream()
                      .flatMap(rule -> rule.protocols().stream())
                      .collect(Collectors.toSet())));
    }
  }

  static String labels(Collection<Protocol> protocols) {
    return EnumSet.copyOf(protocols).stream()
        .map(Protocol::label)
        .collect(Collectors.joining(", "));
  }

  private int run(
      ConformanceRuns runs, List<ConformanceRuns.Planned> planned, @Nullable ReportFolder reports) {
    List<Report> came = runs.run(planned, reports);
    boolean isWritten = isWritten(came, reports);
    if (interrupt.isRaised()) {
      terminal.out().println(terminal.outPaint().yellow("Interrupted: the rest was not tried."));
      return ExitCode.INTERRUPTED;
    }
    return isWritten && came.stream().allMatch(Report::isPassed) ? ExitCode.OK : ExitCode.FAILED;
  }

  /** As they were given, from the command's name on. */
  private List<String> arguments() {
    return spec.root().commandLine().getParseResult().originalArgs();
  }

  private boolean isWritten(List<Report> came, @Nullable ReportFolder reports) {
    try {
      if (came.isEmpty()) {
        return true;
      }
      if (reports != null) {
        reports.write(came);
        terminal.out().println("Report: " + reports.page());
      }
      if (table != null) {
        MarkdownReport.write(came, "./perennial " + String.join(" ", arguments()), table);
        terminal.out().println("Table: " + table);
      }
      return true;
    } catch (IOException e) {
      terminal
          .err()
          .println(
              terminal.errPaint().red(name() + ": a report was not written: " + IoWords.of(e)));
      return false;
    }
  }
}
