package dev.perennial;

import dev.perennial.spi.Deadlines;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a connection may be silent: fixed by the caller, or learned from the heartbeats of this
 * subscription. Changed by the engine's thread alone; any thread may ask for {@link #deadlines}.
 */
final class SilenceLimit {
  static final Duration UNTIL_HEARTBEAT = Duration.ofMinutes(5);
  static final Duration LEAST_LEARNED = Duration.ofSeconds(60);
  static final int HEARTBEATS_MISSED = 3;

  private final boolean isLearning;
  private final long oneEventNanos;
  private long longestNanos = -1;
  private volatile Deadlines deadlines;

  SilenceLimit(@Nullable Duration fixed, Duration oneEvent) {
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
    if (!isLearning || silenceNanos <= longestNanos) {
      return;
    }
    longestNanos = silenceNanos;
    long threefold =
        silenceNanos > Nanos.FOREVER / HEARTBEATS_MISSED
            ? Nanos.FOREVER
            : silenceNanos * HEARTBEATS_MISSED;
    long limit = Math.max(Nanos.of(LEAST_LEARNED), threefold);
    if (limit != deadlines.noByteNanos()) {
      deadlines = new Deadlines(limit, oneEventNanos);
    }
  }
}
