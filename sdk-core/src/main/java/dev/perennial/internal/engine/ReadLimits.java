package dev.perennial.internal.engine;

import dev.perennial.StreamException.Reason;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.internal.settings.SubscriptionSettings;
import dev.perennial.internal.time.Durations;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Deadlines;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long reads may take: the longest silence, fixed by the caller or learned from the heartbeats
 * of this subscription; the longest time without an event, if the caller set one; and the longest
 * time for one event. Changed by the engine thread only; any thread may ask for {@link #deadlines}.
 */
final class ReadLimits {
  static final Duration UNTIL_HEARTBEAT = Duration.ofMinutes(5);
  static final Duration LEAST_LEARNED = Duration.ofSeconds(60);
  static final int HEARTBEATS_MISSED = 3;

  /** Bytes that come sooner after others ended no silence: a greeting, a comment with an event. */
  static final Duration LEAST_SILENCE = Duration.ofSeconds(1);

  private final boolean isLearning;
  private final @Nullable Duration stalledAfter; // Null accepts a stream without events.
  private long longestSilenceNanos;
  private long readNanos; // Since the last event of this connection; counted if it is limited.
  private volatile Deadlines deadlines;
  private volatile String endpoint; // Of the open connection.

  ReadLimits(String endpoint, SubscriptionSettings.Limits limits) {
    Duration staleAfter = limits.staleAfter();
    this.endpoint = endpoint;
    this.isLearning = staleAfter == null;
    this.stalledAfter = limits.stalledAfter();
    Duration silence = staleAfter == null ? UNTIL_HEARTBEAT : staleAfter;
    this.deadlines = new Deadlines(Nanos.of(silence), Nanos.of(limits.eventTimeout()));
  }

  /** The limits of a read, as far as silence goes. The same object until something was learned. */
  Deadlines deadlines() {
    return deadlines;
  }

  // ---- Silence ----

  /** A heartbeat ended a silence of this length. */
  void heartbeatAfter(long silenceNanos) {
    if (isLearning && silenceNanos >= Nanos.of(LEAST_SILENCE)) {
      longestSilenceNanos = Math.max(longestSilenceNanos, silenceNanos);
      limitTo(
          Math.max(Nanos.of(LEAST_LEARNED), Nanos.times(longestSilenceNanos, HEARTBEATS_MISSED)));
    }
  }

  /**
   * A connection was given up as stale. If what was learned is wrong, because heartbeats come at
   * fixed times and events between them made the silences look short, it would be wrong every time.
   * So until the next heartbeat the limit is at least the one before the first.
   */
  void staleReached() {
    if (isLearning) {
      limitTo(Math.max(Nanos.of(UNTIL_HEARTBEAT), deadlines.noByteNanos()));
    }
  }

  private void limitTo(long nanos) {
    if (nanos != deadlines.noByteNanos()) {
      deadlines = new Deadlines(nanos, deadlines.oneEventNanos());
    }
  }

  ConnectionEnd staleEnd(@Nullable Throwable cause) {
    String limit = Durations.ofNanos(deadlines.noByteNanos());
    return ConnectionEnd.failed(
        Reason.STALE,
        "Expected a byte from " + endpoint + " within " + limit + " but got none",
        cause);
  }

  // ---- Time without an event: only time spent reading counts, so a paused consumer is safe ----

  /** Whether the time without an event is limited, so that reads have to be timed. */
  boolean isStallLimited() {
    return stalledAfter != null;
  }

  /**
   * A connection was opened.
   *
   * @param where it leads, as messages show it
   */
  void opened(String where) {
    endpoint = where;
    readNanos = 0;
  }

  /** The limits of the next read: those on silence, or what is left until the stall. */
  Deadlines forNextRead() {
    Deadlines silence = deadlines;
    if (stalledAfter == null) {
      return silence;
    }
    long left = Math.max(1, Nanos.of(stalledAfter) - readNanos);
    return left < silence.noByteNanos() ? new Deadlines(left, silence.oneEventNanos()) : silence;
  }

  /** A read has taken so long. */
  void readTook(long nanos) {
    readNanos = Nanos.plus(readNanos, nanos);
  }

  void eventCame() {
    readNanos = 0;
  }

  boolean isStalled() {
    return stalledAfter != null && readNanos >= Nanos.of(stalledAfter);
  }

  ConnectionEnd stalledEnd() {
    String limit = stalledAfter == null ? "" : Durations.text(stalledAfter);
    return ConnectionEnd.failed(
        Reason.STALLED,
        "Expected an event from " + endpoint + " within " + limit + " but got none",
        null);
  }
}
