package dev.perennial.cli.conformance;

import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TextStyle;
import dev.perennial.testkit.conformance.ClientUnderTest;
import dev.perennial.testkit.conformance.Conformance;
import dev.perennial.testkit.conformance.Protocol;
import dev.perennial.testkit.conformance.Report;
import dev.perennial.testkit.conformance.Rule;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs one client after the other, and tells of each what came of it. */
final class ConformanceRunner {
  private final Terminal terminal;
  private final InterruptHandler interruptHandler;
  private final List<Rule> rules;
  private final long seed;
  private final double speed;
  private final int atOnce;

  ConformanceRunner(
      Terminal terminal,
      InterruptHandler interruptHandler,
      List<Rule> rules,
      long seed,
      double speed,
      int atOnce) {
    this.terminal = terminal;
    this.interruptHandler = interruptHandler;
    this.rules = rules;
    this.seed = seed;
    this.speed = speed;
    this.atOnce = atOnce;
  }

  /** A client and what it is tried over; over nothing, when nothing of it is wanted. */
  record Planned(SubjectOptions.Chosen subject, Set<Protocol> protocols) {}

  /** How many results there are for a client. */
  static int count(Collection<Rule> rules, Set<Protocol> protocols) {
    return rules.stream()
        .mapToInt(rule -> (int) rule.protocols().stream().filter(protocols::contains).count())
        .sum();
  }

  /**
   * Runs them all, or until there is an interrupt.
   *
   * @param folder where the reports will be, to be told; null when there are none
   */
  List<Report> run(List<Planned> planned, @Nullable ReportFolder folder) {
    List<Report> reports = new ArrayList<>();
    for (Planned one : planned) {
      try (ClientUnderTest client = one.subject().client()) {
        Report report = interruptHandler.isInterrupted() ? null : run(one, client);
        if (report != null) {
          reports.add(report);
          tell(report, one, folder);
        }
      }
    }
    if (reports.size() > 1) {
      VerdictTable.ofSubjects(reports, terminal.outStyle()).forEach(terminal.out()::println);
      terminal.out().println();
    }
    return reports;
  }

  /** Null when it was skipped. */
  private @Nullable Report run(Planned planned, ClientUnderTest client) {
    PrintStream out = terminal.out();
    int total = count(rules, planned.protocols());
    String unavailable = planned.subject().unavailable();
    if (total == 0 || unavailable != null) {
      String reason = unavailable != null ? unavailable : "no rule over what it speaks was chosen";
      out.println(terminal.outStyle().yellow(client.name() + ": skipped, since it cannot be run"));
      WordWrap.lines(reason, 2).forEach(out::println);
      out.println();
      return null;
    }
    out.println(
        terminal.outStyle().bold(client.name())
            + " over "
            + RunCommand.labels(planned.protocols())
            + ": "
            + HumanFormat.count(total, "scenario", "scenarios")
            + ", seed "
            + seed
            + ", speed "
            + ReplayCommand.speed(speed));
    RunProgress progress = new RunProgress(terminal, client.name(), total);
    Set<Rule> wanted = new HashSet<>(rules);
    Conformance conformance =
        Conformance.of(client)
            .over(planned.protocols().toArray(new Protocol[0]))
            .rules(wanted::contains)
            .seed(seed)
            .speed(speed)
            .atOnce(atOnce)
            .onResult(progress::add);
    Thread runner = Thread.currentThread();
    interruptHandler.onInterrupt(runner::interrupt);
    try {
      return conformance.run();
    } catch (InterruptedException e) {
      return conformance.soFar();
    } finally {
      interruptHandler.onInterrupt(() -> {});
      // Or files could not be written. It is raised, which is asked for where it matters.
      boolean unused = Thread.interrupted();
      progress.end();
    }
  }

  private void tell(Report report, Planned planned, @Nullable ReportFolder folder) {
    PrintStream out = terminal.out();
    TextStyle style = terminal.outStyle();
    out.println();
    VerdictTable.ofAreas(report, style).forEach(out::println);
    out.println();
    FailureReport words = new FailureReport(report, style);
    List<String> failures = words.failures();
    if (!failures.isEmpty()) {
      out.println(style.bold("What failed:"));
      failures.forEach(out::println);
      out.println();
      words.next(planned.subject().option(), folder).forEach(out::println);
      out.println();
    }
    if (!interruptHandler.isInterrupted()) {
      out.println(sentence(report, style));
      out.println();
    }
  }

  private static String sentence(Report report, TextStyle style) {
    long failures = report.results().stream().filter(result -> result.isFailure()).count();
    String took = ", in " + HumanFormat.duration(report.took()) + ".";
    return failures == 0
        ? style.green(report.subject() + " keeps all rules that apply to it" + took)
        : style.red(
            report.subject()
                + " does not keep "
                + HumanFormat.count(
                    report.results().stream()
                        .filter(result -> result.isFailure())
                        .map(result -> result.rule().id())
                        .distinct()
                        .count(),
                    "rule",
                    "rules")
                + took);
  }
}
