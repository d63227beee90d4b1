package dev.perennial.internal.retry;

import dev.perennial.StreamException;
import dev.perennial.internal.time.Nanos;
import java.time.Duration;

/**
 * Waits a random time between a floor and a ceiling. The ceiling either doubles with each failure
 * up to a cap ("full jitter"), or is fixed.
 */
public final class JitteredBackoff implements Backoff {
  private static final long MIN_SERVER_NANOS = Nanos.of(Duration.ofMillis(100));
  private static final long NONE = -1;
  private static final long LONGEST_RESET_NANOS = Nanos.of(Duration.ofSeconds(10));

  private final Jitter jitter;
  private final Schedule schedule;
  private final int maxAttempts;

  /** The least delay that the server asked for; {@link #NONE} until it does. */
  private long serverNanos = NONE;

  private int failures;

  /**
   * The shape of the delays.
   *
   * @param isExponential whether the ceiling doubles with each failure and delays are drawn from
   *     the floor up; otherwise each delay is the base and up to a fifth more
   */
  private record Schedule(boolean isExponential, long baseNanos, long capNanos, long floorNanos) {}

  /** Creates the backoff of one subscription. */
  @FunctionalInterface
  public interface Factory extends Backoff.Factory {
    @Override
    JitteredBackoff create(Jitter jitter);
  }

  private JitteredBackoff(Jitter jitter, Schedule schedule, int maxAttempts) {
    this.jitter = jitter;
    this.schedule = schedule;
    this.maxAttempts = maxAttempts;
  }

  /** Draws from the floor up to a ceiling that doubles from {@code base} to {@code cap}. */
  public static Factory exponential(Duration base, Duration cap, Duration floor, int maxAttempts) {
    Schedule schedule = new Schedule(true, Nanos.of(base), Nanos.of(cap), Nanos.of(floor));
    return jitter -> new JitteredBackoff(jitter, schedule, maxAttempts);
  }

  /** Waits {@code delay}, raised to the floor, and up to a fifth more. */
  public static Factory fixed(Duration delay, Duration floor, int maxAttempts) {
    long nanos = Nanos.of(delay);
    Schedule schedule = new Schedule(false, nanos, nanos, Nanos.of(floor));
    return jitter -> new JitteredBackoff(jitter, schedule, maxAttempts);
  }

  @Override
  public long nextDelayNanos(StreamException failure) {
    int earlier = failures;
    failures = earlier == Integer.MAX_VALUE ? earlier : earlier + 1;
    return failures >= maxAttempts ? GIVE_UP : delayNanos(earlier);
  }

  /** Returns the delay after a failure that so many failures in a row precede. */
  long delayNanos(int earlierFailures) {
    return schedule.isExponential
        ? drawnNanos(ceilingNanos(earlierFailures))
        : raisedNanos(baseNanos());
  }

  @Override
  public long orderlyDelayNanos() {
    return drawnNanos(baseNanos());
  }

  @Override
  public int failures() {
    return failures;
  }

  @Override
  public long resetAfterNanos() {
    return resetAfterNanos(failures);
  }

  long resetAfterNanos(int failuresInARow) {
    return Math.min(LONGEST_RESET_NANOS, Nanos.doubled(baseNanos(), failuresInARow));
  }

  @Override
  public void reset() {
    failures = 0;
  }

  @Override
  public void forgive(int count) {
    failures = Math.max(0, failures - count);
  }

  @Override
  public void serverBase(long nanos) {
    serverNanos = Math.max(MIN_SERVER_NANOS, nanos);
  }

  private long baseNanos() {
    return serverNanos == NONE ? schedule.baseNanos : serverNanos;
  }

  /** The server's delay is a lower bound (HTML 9.2.3), so it raises the floor, too. */
  private long floorNanos() {
    return Math.max(schedule.floorNanos, serverNanos);
  }

  private long ceilingNanos(int earlierFailures) {
    long baseNanos = baseNanos();
    return Math.min(
        Math.max(schedule.capNanos, baseNanos), Nanos.doubled(baseNanos, earlierFailures));
  }

  /**
   * Draws between the floor and the ceiling. Raising what was drawn below the floor instead would
   * gather a fleet of clients at the floor.
   */
  private long drawnNanos(long ceilingNanos) {
    long floorNanos = floorNanos();
    return ceilingNanos > floorNanos
        ? floorNanos + jitter.upToNanos(ceilingNanos - floorNanos)
        : raisedNanos(ceilingNanos);
  }

  private long raisedNanos(long delayNanos) {
    return jitter.spreadNanos(Math.max(floorNanos(), delayNanos));
  }
}
