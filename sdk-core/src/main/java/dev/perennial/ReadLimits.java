package dev.perennial;

import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Deadlines;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a connection may be silent: fixed by the caller, or learned from the heartbeats of this
 * subscription. Changed by the engine's thread alone; any thread may ask for {@link #deadlines}.
 */
final class ReadLimits {
  static final Duration UNTIL_HEARTBEAT = Duration.ofMinutes(5);
  static final Duration LEAST_LEARNED = Duration.ofSeconds(60);
  static final int HEARTBEATS_MISSED = 3;

  /** What comes sooner after other bytes ended no silence: a greeting, a comment with an event. */
  static final Duration LEAST_SILENCE = Duration.ofSeconds(1);

  private final boolean isLearning;
  private final long oneEventNanos;
  private long longestNanos;
  private volatile Deadlines deadlines;

  ReadLimits(@Nullable Duration fixed, Duration oneEvent) {
    this.isLearning = fixed == null;
    this.oneEventNanos = Nanos.of(oneEvent);
    this.deadlines =
        new Deadlines(Nanos.of(fixed == null ? UNTIL_HEARTBEAT : fixed), oneEventNanos);
  }

  /** The limits of a read. The same object until something was learned. */
  Deadlines deadlines() {
    return deadlines;
  }

  /** A heartbeat ended a silence of this length. */
  void heartbeatAfter(long silenceNanos) {
    if (isLearning && silenceNanos >= Nanos.of(LEAST_SILENCE)) {
      longestNanos = Math.max(longestNanos, silenceNanos);
      limitTo(Math.max(Nanos.of(LEAST_LEARNED), threefold(longestNanos)));
    }
  }

  /**
   * A connection was taken for dead. Should what was learned be wrong, because heartbeats come by
   * the clock and events made the silences look short, it would be wrong each time: until the next
   * heartbeat there is as much time as if there had been none.
   */
  void wasReached() {
    if (isLearning) {
      limitTo(Math.max(Nanos.of(UNTIL_HEARTBEAT), deadlines.noByteNanos()));
    }
  }

  private void limitTo(long nanos) {
    if (nanos != deadlines.noByteNanos()) {
      deadlines = new Deadlines(nanos, oneEventNanos);
    }
  }

  private static long threefold(long nanos) {
    boolean fits = nanos <= Nanos.FOREVER / HEARTBEATS_MISSED;
    return fits ? nanos * HEARTBEATS_MISSED : Nanos.FOREVER;
  }
}
