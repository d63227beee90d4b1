package dev.perennial.cli;

import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Conformance;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Rule;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs one client after the other, and tells of each what came of it. */
final class ConformanceRuns {
  private final Terminal terminal;
  private final Interrupt interrupt;
  private final List<Rule> rules;
  private final long seed;
  private final double speed;
  private final int atOnce;

  ConformanceRuns(
      Terminal terminal,
      Interrupt interrupt,
      List<Rule> rules,
      long seed,
      double speed,
      int atOnce) {
    this.terminal = terminal;
    this.interrupt = interrupt;
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
        Report report = interrupt.isRaised() ? null : run(one, client);
        if (report != null) {
          reports.add(report);
          tell(report, one, folder);
        }
      }
    }
    if (reports.size() > 1) {
      VerdictTable.ofSubjects(reports, terminal.outPaint()).forEach(terminal.out()::println);
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
      out.println(terminal.outPaint().yellow(client.name() + ": skipped, since it cannot be run"));
      TextBlock.lines(reason, 2).forEach(out::println);
      out.println();
      return null;
    }
    out.println(
        terminal.outPaint().bold(client.name())
            + " over "
            + ConformanceRunCommand.labels(planned.protocols())
            + ": "
            + Words.count(total, "scenario", "scenarios")
            + ", seed "
            + seed
            + ", speed "
            + ConformanceReplayCommand.speed(speed));
    ConformanceProgress progress = new ConformanceProgress(terminal, client.name(), total);
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
    interrupt.onRaised(runner::interrupt);
    try {
      return conformance.run();
    } catch (InterruptedException e) {
      return conformance.soFar();
    } finally {
      interrupt.onRaised(() -> {});
      // Or files could not be written. It is raised, which is asked for where it matters.
      boolean unused = Thread.interrupted();
      progress.end();
    }
  }

  private void tell(Report report, Planned planned, @Nullable ReportFolder folder) {
    PrintStream out = terminal.out();
    Paint paint = terminal.outPaint();
    out.println();
    VerdictTable.ofAreas(report, paint).forEach(out::println);
    out.println();
    FailureWords words = new FailureWords(report, paint);
    List<String> failures = words.failures();
    if (!failures.isEmpty()) {
      out.println(paint.bold("What failed:"));
      failures.forEach(out::println);
      out.println();
      words.next(planned.subject().option(), folder).forEach(out::println);
      out.println();
    }
    if (!interrupt.isRaised()) {
      out.println(sentence(report, paint));
      out.println();
    }
  }

  private static String sentence(Report report, Paint paint) {
    long failures = report.results().stream().filter(result -> result.isFailure()).count();
    String took = ", in " + Words.duration(report.took()) + ".";
    return failures == 0
        ? paint.green(report.subject() + " keeps all rules that apply to it" + took)
        : paint.red(
            report.subject()
                + " does not keep "
                + Words.count(
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
