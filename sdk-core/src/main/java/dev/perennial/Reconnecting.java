package dev.perennial;

import dev.perennial.StreamException.Reason;
import dev.perennial.internal.time.Nanos;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Judges the end of each connection: complete, fail, gap, fresh credentials, or try again after how
 * long. Touched by the engine's thread alone.
 */
final class Reconnecting {
  static final Duration SETTLING_LIMIT = Duration.ofMinutes(15);
  static final Duration RESET_WHEN_OPEN_FOR = Duration.ofSeconds(60);
  static final int POISON_LIMIT = 3;
  static final int LIMITED_RETRIES = 3;
  private static final long NEVER = Long.MIN_VALUE;

  private final RetryPolicy policy;
  private final Backoff backoff;
  private final boolean isFailFast;
  private final boolean hasCredentials;
  private final ServerBounds bounds;
  private final CursorSuspicion suspicion = new CursorSuspicion();

  private boolean wasOpened;
  private boolean isRefreshed; // The credential was asked for because of a refusal.
  private int limitedRetries; // In a row without progress.

  // Since when reconnecting has failed in a row, and since when for reasons that may settle.
  private long failingSince = NEVER;
  private long settlingSince = NEVER;

  // The deterministic failure that was met last, where, and how often in a row.
  private @Nullable Reason poison;
  private @Nullable String poisonedCursor;
  private int poisonCount;

  Reconnecting(RetryPolicy policy, Backoff backoff, boolean isFailFast, boolean hasCredentials) {
    this.policy = policy;
    this.backoff = backoff;
    this.isFailFast = isFailFast;
    this.hasCredentials = hasCredentials;
    this.bounds = new ServerBounds(policy.serverDelayLimit(), backoff.jitter());
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

  /** Whether the server seems to refuse the cursor, as far as the last ending tells. */
  CursorSuspicion suspicion() {
    return suspicion;
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
    // Who accepts a credential and then refuses it has brought nothing in between.
    isRefreshed = isRefreshed && !hasProgress && openNanos < Nanos.of(RESET_WHEN_OPEN_FOR);
    settlingSince = NEVER;
    limitedRetries = hasProgress ? 0 : limitedRetries;
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
    suspicion.note(ending, position != null, now);
    if (ending.isCompleted()) {
      return new Verdict.Complete();
    }
    if (ending.isPermanent) {
      return new Verdict.Fail(ending.exception());
    }
    RetryPolicy.Action action = policy.actionOn(ending.exception());
    return action != null
        ? callersVerdict(action, ending, now)
        : tablesVerdict(ending, position, now);
  }

  private Verdict callersVerdict(RetryPolicy.Action action, Ending ending, long now) {
    return switch (action) {
      case RETRY -> retry(ending, now);
      case COMPLETE -> new Verdict.Complete();
      case FAIL -> new Verdict.Fail(ending.exception());
      case GAP -> lost(ending);
      case REFRESH_CREDENTIALS -> refresh(ending);
    };
  }

  private Verdict tablesVerdict(Ending ending, @Nullable String position, long now) {
    FailureTable.Treatment treatment = FailureTable.treatmentOf(ending.reason, ending.code);
    if (treatment != FailureTable.Treatment.SETTLING) {
      settlingSince = NEVER; // Fifteen minutes in a row.
    }
    return switch (treatment) {
      case COMPLETE -> new Verdict.Complete();
      case TERMINAL -> new Verdict.Fail(ending.exception());
      case GAP -> lost(ending);
      case REFRESH -> refresh(ending);
      case RESUME -> retryUnless(position == null, ending, now);
      case LIMITED -> retryUnless(++limitedRetries > LIMITED_RETRIES, ending, now);
      case SETTLING -> retryUnless(isUnsettled(now), ending, now);
      case POISONOUS ->
          isPoisoned(ending, position) ? new Verdict.Fail(poisoned(ending)) : retry(ending, now);
      case RETRY -> retry(ending, now);
    };
  }

  private Verdict retryUnless(boolean isOver, Ending ending, long now) {
    return isOver ? new Verdict.Fail(ending.exception()) : retry(ending, now);
  }

  private static Verdict lost(Ending ending) {
    return new Verdict.Lost(Gap.Reason.SERVER, ending.code, ending.message, ending.cause);
  }

  private Verdict refresh(Ending ending) {
    if (!hasCredentials) {
      return new Verdict.Fail(ending.exception());
    }
    if (isRefreshed) {
      return new Verdict.Fail(
          new StreamException(
              Reason.CREDENTIALS,
              ending.code,
              "A fresh credential was refused too; look at what the credentials may read here: "
                  + ending.message,
              ending.cause));
    }
    return new Verdict.Refresh(ending.exception());
  }

  /**
   * The credential of the last attempt was refused.
   *
   * @param isNewest whether the next attempt has to ask for a fresh one: another subscription may
   *     have asked already
   */
  void credentialRefused(boolean isNewest) {
    isRefreshed = isNewest;
  }

  private Verdict retry(Ending ending, long now) {
    if (ending.isClean()) {
      return cleanly(ending);
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
    Duration maxElapsed = policy.maxElapsed();
    Verdict.Retry retry =
        bounds.applyTo(
            new Verdict.Retry(delay, 0, nextAttempt(), "backoff", ending.reason, ending.failure()),
            ending);
    long elapsed = Nanos.plus(now - failingSince, retry.delayNanos());
    return maxElapsed != null && elapsed > Nanos.of(maxElapsed) ? new Verdict.Fail(failure) : retry;
  }

  private Verdict cleanly(Ending ending) {
    if (policy.isNever()) {
      return new Verdict.Complete();
    }
    long delay = ending.isWellRecycled() ? 0 : backoff.cleanDelayNanos();
    return new Verdict.Retry(delay, 0, nextAttempt(), "orderly-end", ending.reason, null);
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
