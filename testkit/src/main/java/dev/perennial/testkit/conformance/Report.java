package dev.perennial.testkit.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What became of all rules with one client. Immutable.
 *
 * @since 0.1.0
 */
public final class Report {
  private final String subject;
  private final long seed;
  private final double speed;
  private final Duration took;
  private final List<Result> results;
  private final Instant ended = Instant.now();

  Report(String subject, long seed, double speed, Duration took, List<Result> results) {
    this.subject = subject;
    this.seed = seed;
    this.speed = speed;
    this.took = took;
    this.results = List.copyOf(results);
  }

  /** What the client is called. */
  public String subject() {
    return subject;
  }

  /** What the run's randomness came from. */
  public long seed() {
    return seed;
  }

  /** How many times faster than the scenarios' own time it ran. */
  public double speed() {
    return speed;
  }

  /** How long it took, in real time. */
  public Duration took() {
    return took;
  }

  /** When the run was over. */
  public Instant ended() {
    return ended;
  }

  /** What became of each rule over each transport, in the order of the rules. */
  public List<Result> results() {
    return results;
  }

  /** The results with a verdict. */
  public List<Result> results(Verdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).toList();
  }

  /** Whether the client keeps all rules that apply to it; optional ones do not count. */
  public boolean isPassed() {
    return results.stream().noneMatch(Result::isFailure);
  }
}
