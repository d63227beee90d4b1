package dev.perennial.testkit.conformance;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one rule over one transport. Immutable.
 *
 * @since 0.1.0
 */
public final class Result {
  private final Rule rule;
  private final Protocol protocol;
  private final Verdict verdict;
  private final List<String> problems;
  private final Duration took;
  private final @Nullable Trace trace;

  private Result(
      Rule rule,
      Protocol protocol,
      Verdict verdict,
      List<String> problems,
      Duration took,
      @Nullable Trace trace) {
    this.rule = rule;
    this.protocol = protocol;
    this.verdict = verdict;
    this.problems = List.copyOf(problems);
    this.took = took;
    this.trace = trace;
  }

  static Result ran(Rule rule, Protocol protocol, List<String> problems, Trace trace) {
    Verdict verdict = problems.isEmpty() ? Verdict.PASSED : Verdict.FAILED;
    return new Result(rule, protocol, verdict, problems, Duration.ofNanos(trace.now()), trace);
  }

  static Result notApplicable(Rule rule, Protocol protocol, String reason) {
    return new Result(rule, protocol, Verdict.NOT_APPLICABLE, List.of(reason), Duration.ZERO, null);
  }

  /** The rule. */
  public Rule rule() {
    return rule;
  }

  /** What brought the events. */
  public Protocol protocol() {
    return protocol;
  }

  /** What became of it. */
  public Verdict verdict() {
    return verdict;
  }

  /** What was expected and what was seen instead, or why the rule does not apply. */
  public List<String> problems() {
    return problems;
  }

  /** How long the run took, in real time; zero when it was not run. */
  public Duration took() {
    return took;
  }

  /** Whether it fails a client: a rule that is optional does not. */
  public boolean isFailure() {
    return verdict == Verdict.FAILED && rule.level() != Level.OPTIONAL;
  }

  /** The rule and the transport, such as {@code resume-02/sse}. */
  public String key() {
    return keyOf(rule, protocol);
  }

  static String keyOf(Rule rule, Protocol protocol) {
    return rule.id() + "/" + protocol.label();
  }

  /** All that was seen; null when the rule was not run. */
  @Nullable Trace trace() {
    return trace;
  }

  @Override
  public String toString() {
    return key() + " " + verdict.label() + (problems.isEmpty() ? "" : ": " + problems);
  }
}
