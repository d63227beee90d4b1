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
final class Reconnector {
  static final Duration SETTLING_LIMIT = Duration.ofMinutes(15);
  static final Duration RESET_WHEN_OPEN_FOR = Duration.ofSeconds(60);
  static final int POISON_LIMIT = 3;
  static final int LIMITED_RETRIES = 3;
  private static final long NEVER = Long.MIN_VALUE;

  private final RetryPolicy policy;
  private final Backoff backoff;
  private final boolean isFailFast;
  private final boolean hasCredentials;
  private final ServerDelays bounds;
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

  Reconnector(RetryPolicy policy, Backoff backoff, boolean isFailFast, boolean hasCredentials) {
    this.policy = policy;
    this.backoff = backoff;
    this.isFailFast = isFailFast;
    this.hasCredentials = hasCredentials;
    this.bounds = new ServerDelays(policy.serverDelayLimit(), backoff.jitter());
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
  NextStep judge(ConnectionEnd ending, @Nullable String position, long now) {
    suspicion.note(ending, position != null, now);
    if (ending.isCompleted()) {
      return new NextStep.Complete();
    }
    if (ending.isPermanent) {
      return new NextStep.Fail(ending.exception());
    }
    RetryPolicy.Action action = policy.actionOn(ending.exception());
    return action != null
        ? callersVerdict(action, ending, now)
        : tablesVerdict(ending, position, now);
  }

  private NextStep callersVerdict(RetryPolicy.Action action, ConnectionEnd ending, long now) {
    return switch (action) {
      case RETRY -> retry(ending, now);
      case COMPLETE -> new NextStep.Complete();
      case FAIL -> new NextStep.Fail(ending.exception());
      case GAP -> lost(ending);
      case REFRESH_CREDENTIALS -> refresh(ending);
    };
  }

  private NextStep tablesVerdict(ConnectionEnd ending, @Nullable String position, long now) {
    FailureTable.Treatment treatment = FailureTable.treatmentOf(ending.reason, ending.code);
    if (treatment != FailureTable.Treatment.SETTLING) {
      settlingSince = NEVER; // Fifteen minutes in a row.
    }
    return switch (treatment) {
      case COMPLETE -> new NextStep.Complete();
      case TERMINAL -> new NextStep.Fail(ending.exception());
      case GAP -> lost(ending);
      case REFRESH -> refresh(ending);
      case RESUME -> retryUnless(position == null, ending, now);
      case LIMITED -> retryUnless(++limitedRetries > LIMITED_RETRIES, ending, now);
      case SETTLING -> retryUnless(isUnsettled(now), ending, now);
      case POISONOUS ->
          isPoisoned(ending, position) ? new NextStep.Fail(poisoned(ending)) : retry(ending, now);
      case RETRY -> retry(ending, now);
    };
  }

  private NextStep retryUnless(boolean isOver, ConnectionEnd ending, long now) {
    return isOver ? new NextStep.Fail(ending.exception()) : retry(ending, now);
  }

  private static NextStep lost(ConnectionEnd ending) {
    return new NextStep.Lost(Gap.Reason.SERVER, ending.code, ending.message, ending.cause);
  }

  private NextStep refresh(ConnectionEnd ending) {
    if (!hasCredentials) {
      return new NextStep.Fail(ending.exception());
    }
    if (isRefreshed) {
      return new NextStep.Fail(
          new StreamException(
              Reason.CREDENTIALS,
              ending.code,
              "A fresh credential was refused too; look at what the credentials may read here: "
                  + ending.message,
              ending.cause));
    }
    return new NextStep.Refresh(ending.exception());
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

  private NextStep retry(ConnectionEnd ending, long now) {
    if (ending.isClean()) {
      return cleanly(ending);
    }
    StreamException failure = ending.exception();
    if (isFailFast && !wasOpened) {
      return new NextStep.Fail(failure);
    }
    failingSince = failingSince == NEVER ? now : failingSince;
    long delay = backoff.delayNanos(failure);
    if (delay == Backoff.GIVE_UP) {
      boolean isDone = ending.isOrderly() && policy.isNever();
      return isDone ? new NextStep.Complete() : new NextStep.Fail(failure);
    }
    Duration maxElapsed = policy.maxElapsed();
    NextStep.Retry retry =
        bounds.applyTo(
            new NextStep.Retry(delay, 0, nextAttempt(), "backoff", ending.reason, ending.failure()),
            ending);
    long elapsed = Nanos.plus(now - failingSince, retry.delayNanos());
    return maxElapsed != null && elapsed > Nanos.of(maxElapsed)
        ? new NextStep.Fail(failure)
        : retry;
  }

  private NextStep cleanly(ConnectionEnd ending) {
    if (policy.isNever()) {
      return new NextStep.Complete();
    }
    long delay = ending.isWellRecycled() ? 0 : backoff.cleanDelayNanos();
    return new NextStep.Retry(delay, 0, nextAttempt(), "orderly-end", ending.reason, null);
  }

  private boolean isUnsettled(long now) {
    if (!wasOpened) {
      return true;
    }
    settlingSince = settlingSince == NEVER ? now : settlingSince;
    return now - settlingSince >= Nanos.of(SETTLING_LIMIT);
  }

  private boolean isPoisoned(ConnectionEnd ending, @Nullable String position) {
    // Without a cursor, what was handed over in between tells that it is another event.
    boolean isElsewhere = position == null && ending.hasProgress;
    boolean isSame =
        ending.reason == poison && Objects.equals(position, poisonedCursor) && !isElsewhere;
    poison = ending.reason;
    poisonedCursor = position;
    poisonCount = isSame ? poisonCount + 1 : 1;
    return poisonCount >= POISON_LIMIT;
  }

  private static StreamException poisoned(ConnectionEnd ending) {
    return new StreamException(
        Reason.POISON,
        ending.code,
        "The same cursor met the same failure " + POISON_LIMIT + " times: " + ending.message,
        ending.exception());
  }
}
