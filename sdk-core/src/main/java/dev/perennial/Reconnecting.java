package dev.perennial;

import dev.perennial.StreamException.Reason;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Judges the end of each connection: complete, fail, gap, or try again after how long. Touched by
 * the engine's thread alone.
 */
final class Reconnecting {
  static final Duration SETTLING_LIMIT = Duration.ofMinutes(15);
  static final Duration RESET_WHEN_OPEN_FOR = Duration.ofSeconds(60);
  static final int POISON_LIMIT = 3;
  private static final long NEVER = Long.MIN_VALUE;

  private final RetryPolicy policy;
  private final Backoff backoff;
  private final boolean isFailFast;

  private boolean wasOpened;

  // Since when reconnecting has failed in a row, and since when for reasons that may settle.
  private long failingSince = NEVER;
  private long settlingSince = NEVER;

  // The deterministic failure that was met last, where, and how often in a row.
  private @Nullable Reason poison;
  private @Nullable String poisonedCursor;
  private int poisonCount;

  Reconnecting(RetryPolicy policy, Backoff backoff, boolean isFailFast) {
    this.policy = policy;
    this.backoff = backoff;
    this.isFailFast = isFailFast;
  }

  /** The number of the next attempt. */
  int nextAttempt() {
    return backoff.failures() + 1;
  }

  void serverBase(Duration base) {
    backoff.serverBase(base);
  }

  /** A time from zero to {@code ceiling}, drawn from the subscription's own randomness. */
  long upToNanos(Duration ceiling) {
    return backoff.jitter().upToNanos(Nanos.of(ceiling));
  }

  /**
   * A connection was open and has ended, whoever ended it: what reconnecting has failed before may
   * be forgotten.
   *
   * @param hasProgress whether it brought an event
   * @param openNanos how long it was open
   * @param progressNanos how long it was open when the last event came
   */
  void wasOpen(boolean hasProgress, long openNanos, long progressNanos) {
    wasOpened = true;
    settlingSince = NEVER;
    boolean isLastingProgress = hasProgress && progressNanos >= backoff.resetAfterNanos();
    if (isLastingProgress || openNanos >= Nanos.of(RESET_WHEN_OPEN_FOR)) {
      backoff.reset();
      failingSince = NEVER;
    }
  }

  /**
   * Judges an ending.
   *
   * @param position the cursor that the next attempt would ask for
   * @param now the clock's reading
   */
  Verdict judge(Ending ending, @Nullable String position, long now) {
    if (ending.isCompleted()) {
      return new Verdict.Complete();
    }
    if (ending.isPermanent) {
      return new Verdict.Fail(ending.exception());
    }
    FailureTable.Treatment treatment = FailureTable.treatmentOf(ending.reason, ending.code);
    if (treatment != FailureTable.Treatment.SETTLING) {
      settlingSince = NEVER; // Fifteen minutes in a row.
    }
    return switch (treatment) {
      case COMPLETE -> new Verdict.Complete();
      case GAP -> new Verdict.Lost(ending.code, ending.message, ending.cause);
      case TERMINAL -> new Verdict.Fail(ending.exception());
      case RESUME -> position == null ? new Verdict.Fail(ending.exception()) : retry(ending, now);
      case POISONOUS ->
          isPoisoned(ending, position) ? new Verdict.Fail(poisoned(ending)) : retry(ending, now);
      case SETTLING -> isUnsettled(now) ? new Verdict.Fail(ending.exception()) : retry(ending, now);
      case RETRY -> retry(ending, now);
    };
  }

  private Verdict retry(Ending ending, long now) {
    if (ending.isClean()) {
      if (policy.isNever()) {
        return new Verdict.Complete();
      }
      long delay = ending.isWellRecycled() ? 0 : backoff.cleanDelayNanos();
      return new Verdict.Retry(delay, 0, nextAttempt(), ending.reason, null);
    }
    StreamException failure = ending.exception();
    if (isFailFast && !wasOpened) {
      return new Verdict.Fail(failure);
    }
    failingSince = failingSince == NEVER ? now : failingSince;
    long delay = backoff.delayNanos(failure);
    if (delay == Backoff.GIVE_UP) {
      boolean isDone = ending.isOrderly() && policy.isNever();
      return isDone ? new Verdict.Complete() : new Verdict.Fail(failure);
    }
    long bound = serverBoundNanos(ending);
    delay = Math.max(delay, bound);
    Duration maxElapsed = policy.maxElapsed();
    if (maxElapsed != null && Nanos.plus(now - failingSince, delay) > Nanos.of(maxElapsed)) {
      return new Verdict.Fail(failure);
    }
    return new Verdict.Retry(delay, bound, nextAttempt(), ending.reason, ending.failure());
  }

  private long serverBoundNanos(Ending ending) {
    if (ending.notBefore == null) {
      return 0;
    }
    long limit = Nanos.of(policy.serverDelayLimit());
    return backoff.jitter().spreadNanos(Math.min(limit, Nanos.of(ending.notBefore)));
  }

  private boolean isUnsettled(long now) {
    if (!wasOpened) {
      return true;
    }
    settlingSince = settlingSince == NEVER ? now : settlingSince;
    return now - settlingSince >= Nanos.of(SETTLING_LIMIT);
  }

  private boolean isPoisoned(Ending ending, @Nullable String position) {
    // Without a cursor, what was handed over in between tells that it is another event.
    boolean isElsewhere = position == null && ending.hasProgress;
    boolean isSame =
        ending.reason == poison && Objects.equals(position, poisonedCursor) && !isElsewhere;
    poison = ending.reason;
    poisonedCursor = position;
    poisonCount = isSame ? poisonCount + 1 : 1;
    return poisonCount >= POISON_LIMIT;
  }

  private static StreamException poisoned(Ending ending) {
    return new StreamException(
        Reason.POISON,
        ending.code,
        "The same cursor met the same failure " + POISON_LIMIT + " times: " + ending.message,
        ending.exception());
  }
}
