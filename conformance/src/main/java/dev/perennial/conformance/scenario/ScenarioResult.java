package dev.perennial.conformance.scenario;

import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Rule;
import dev.perennial.conformance.Verdict;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A result with all that was recorded of its run. */
public final class ScenarioResult implements Result {
  private final Rule rule;
  private final Protocol protocol;
  private final Verdict verdict;
  private final List<String> problems;
  private final Duration took;
  private final @Nullable Trace trace;
  private final List<RecordedStep> recording;
  private final int runs;

  private ScenarioResult(
      Rule rule,
      Protocol protocol,
      Verdict verdict,
      List<String> problems,
      Duration took,
      @Nullable Trace trace,
      Collection<RecordedStep> recording,
      int runs) {
    this.rule = rule;
    this.protocol = protocol;
    this.verdict = verdict;
    this.problems = List.copyOf(problems);
    this.took = took;
    this.trace = trace;
    this.recording = List.copyOf(recording);
    this.runs = runs;
  }

  /** Returns the result of a run that ends now. */
  public static ScenarioResult ran(
      Rule rule,
      Protocol protocol,
      List<String> problems,
      Trace trace,
      Collection<RecordedStep> recording) {
    Verdict verdict = problems.isEmpty() ? Verdict.PASSED : Verdict.FAILED;
    Duration took = Duration.ofNanos(trace.now());
    return new ScenarioResult(rule, protocol, verdict, problems, took, trace, recording, 1);
  }

  public static ScenarioResult notApplicable(Rule rule, Protocol protocol, String reason) {
    return new ScenarioResult(
        rule, protocol, Verdict.NOT_APPLICABLE, List.of(reason), Duration.ZERO, null, List.of(), 0);
  }

  /** Returns a result that is the last of so many runs. */
  public static Result after(int runs, Result result) {
    ScenarioResult last = of(result);
    return last.runs == 0 || last.runs == runs
        ? last
        : new ScenarioResult(
            last.rule,
            last.protocol,
            last.verdict,
            last.problems,
            last.took,
            last.trace,
            last.recording,
            runs);
  }

  /** Returns the trace of a result's run; null when the rule was not run. */
  public static @Nullable Trace traceOf(Result result) {
    return of(result).trace;
  }

  /** Returns the steps that the servers of a result's run took. */
  public static List<RecordedStep> recordingOf(Result result) {
    return of(result).recording;
  }

  private static ScenarioResult of(Result result) {
    if (result instanceof ScenarioResult own) {
      return own;
    }
    throw new IllegalArgumentException("result must be one of the kit's but was " + result);
  }

  @Override
  public Rule rule() {
    return rule;
  }

  @Override
  public Protocol protocol() {
    return protocol;
  }

  @Override
  public Verdict verdict() {
    return verdict;
  }

  @Override
  public List<String> problems() {
    return problems;
  }

  @Override
  public Duration took() {
    return took;
  }

  @Override
  public int runs() {
    return runs;
  }

  @Override
  public String toString() {
    return key() + " " + verdict.label() + (problems.isEmpty() ? "" : ": " + problems);
  }
}
