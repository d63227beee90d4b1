package dev.perennial.cli.conformance;

import dev.perennial.cli.conformance.SubjectOptions.Subject;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TextStyle;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Conformance;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Rule;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs the rules with one client after the other and prints the results. */
final class ConformanceRunner {
  private static final int RUNS_WHEN_BUSY = 3;

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

  /** A client and the transports to test it over; none if it supports none of those selected. */
  record Plan(Subject subject, Set<Protocol> protocols) {}

  /** Counts the scenarios: each rule once for each of these transports that it covers. */
  static int count(Collection<Rule> rules, Set<Protocol> protocols) {
    return rules.stream()
        .mapToInt(rule -> (int) rule.protocols().stream().filter(protocols::contains).count())
        .sum();
  }

  /**
   * Runs all plans, or until an interrupt.
   *
   * @param folder of the reports, to name in the output; null when none are written
   */
  List<Report> run(List<Plan> plans, @Nullable ReportFolder folder) {
    List<Report> reports = new ArrayList<>();
    for (Plan plan : plans) {
      try (ClientUnderTest client = plan.subject().client()) {
        Report report = interruptHandler.isInterrupted() ? null : run(plan, client);
        if (report != null) {
          reports.add(report);
          print(report, plan, folder);
        }
      }
    }
    if (reports.size() > 1) {
      VerdictTable.bySubject(reports, terminal.outStyle()).forEach(terminal.out()::println);
      terminal.out().println();
    }
    return reports;
  }

  /** Returns null when the client was skipped. */
  private @Nullable Report run(Plan plan, ClientUnderTest client) {
    int total = count(rules, plan.protocols());
    String unavailable = plan.subject().unavailable();
    if (total == 0 || unavailable != null) {
      printSkipped(
          client,
          unavailable != null
              ? unavailable
              : "No selected rule covers a selected transport that it supports.");
      return null;
    }
    terminal
        .out()
        .println(
            terminal.outStyle().bold(client.name())
                + " over "
                + Protocols.labels(plan.protocols())
                + ": "
                + HumanFormat.count(total, "scenario", "scenarios")
                + ", seed "
                + seed
                + ", speed "
                + HumanFormat.decimal(speed));
    RunProgress progress = new RunProgress(terminal, client.name(), total);
    Set<Rule> selected = new HashSet<>(rules);
    Conformance conformance =
        Conformance.of(client)
            .over(plan.protocols().toArray(new Protocol[0]))
            .rules(selected::contains)
            .seed(seed)
            .speed(speed)
            .atOnce(atOnce)
            .runsWhenBusy(RUNS_WHEN_BUSY)
            .onResult(progress::add);
    Thread runner = Thread.currentThread();
    interruptHandler.onInterrupt(runner::interrupt);
    try {
      return conformance.run();
    } catch (InterruptedException e) {
      return conformance.soFar();
    } finally {
      interruptHandler.onInterrupt(() -> {});
      // Clears the flag, or no report could be written. The handler remembers the interrupt.
      boolean unused = Thread.interrupted();
      progress.end();
    }
  }

  private void printSkipped(ClientUnderTest client, String reason) {
    PrintStream out = terminal.out();
    out.println(terminal.outStyle().yellow(client.name() + ": skipped"));
    WordWrap.lines(reason, 2).forEach(out::println);
    out.println();
  }

  private void print(Report report, Plan plan, @Nullable ReportFolder folder) {
    PrintStream out = terminal.out();
    TextStyle style = terminal.outStyle();
    out.println();
    VerdictTable.byArea(report, style).forEach(out::println);
    out.println();
    FailureReport failureReport = new FailureReport(report, style);
    List<String> failures = failureReport.failures();
    if (!failures.isEmpty()) {
      out.println(style.bold("Failures:"));
      failures.forEach(out::println);
      out.println();
      failureReport.nextSteps(plan.subject().option(), folder).forEach(out::println);
      out.println();
    }
    if (!interruptHandler.isInterrupted()) {
      out.println(verdict(report, style));
      out.println();
    }
  }

  private static String verdict(Report report, TextStyle style) {
    long failedRules =
        report.results().stream()
            .filter(Result::isFailure)
            .map(result -> result.rule().id())
            .distinct()
            .count();
    String took = " (" + HumanFormat.duration(report.took()) + ").";
    return failedRules == 0
        ? style.green(report.subject() + " passes all rules that apply to it" + took)
        : style.red(
            report.subject() + " fails " + HumanFormat.count(failedRules, "rule", "rules") + took);
  }
}
