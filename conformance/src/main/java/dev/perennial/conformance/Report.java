package dev.perennial.conformance;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The results of one run of the rules with one client. Immutable.
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

  /** Returns the client's name. */
  public String subject() {
    return subject;
  }

  /** Returns the seed of the run. */
  public long seed() {
    return seed;
  }

  /** Returns how many times faster than the scenarios' own time the run was. */
  public double speed() {
    return speed;
  }

  /** Returns how long the run took, in real time. */
  public Duration took() {
    return took;
  }

  /** Returns when the run ended. */
  public Instant ended() {
    return ended;
  }

  /** Returns the result of each rule over each transport, in the order of the rules. */
  public List<Result> results() {
    return results;
  }

  /** Returns the results with a verdict. */
  public List<Result> results(Verdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).toList();
  }

  /** Returns whether the client passes all rules that apply to it, except optional ones. */
  public boolean isPassed() {
    return results.stream().noneMatch(Result::isFailure);
  }
}
