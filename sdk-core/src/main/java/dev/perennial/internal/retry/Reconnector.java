package dev.perennial.internal.retry;

import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState.DelayRule;
import dev.perennial.internal.retry.NextStep.RetryAfter;
import dev.perennial.internal.time.Nanos;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides what follows the end of each connection, and remembers what that depends on: whether the
 * stream was ever open, the failures in a row, and since when. Used by the engine thread only.
 */
public final class Reconnector {
  static final Duration RETRY_ONCE_CONNECTED_LIMIT = Duration.ofMinutes(15);
  static final Duration RESET_WHEN_OPEN_FOR = Duration.ofSeconds(60);
  static final int REPEATED_FAILURES = 3;
  static final int LIMITED_RETRIES = 3;
  private static final long NEVER = Long.MIN_VALUE;

  private final RetrySettings settings;
  private final Config config;
  private final Backoff backoff;
  private final ServerDelays serverDelays;
  private final CursorSuspicion suspicion = new CursorSuspicion();

  private boolean wasOpened;
  private boolean isRefreshed; // The last credential was asked for because of a refusal.
  private int limitedRetries; // In a row without progress.

  // Since when reconnecting has failed in a row, and since when with RETRY_ONCE_CONNECTED.
  private long failingSince = NEVER;
  private long onceConnectedSince = NEVER;

  // The last failure of FAIL_WHEN_REPEATED: which, at which cursor, and how often in a row.
  private @Nullable Reason repeated;
  private @Nullable String repeatedCursor;
  private long repeatedEvent;
  private long eventsBefore;
  private int repeatedCount;

  /** What was suspected at the last end; null as a rule. */
  private @Nullable String reportedSuspicion;

  /**
   * What the stream and its transport say.
   *
   * @param isFailFast whether every failure before the first open is final
   * @param hasCredentials whether a refused credential can be replaced
   * @param isSuspicionGap whether a suspected cursor is reported as a gap
   */
  public record Config(boolean isFailFast, boolean hasCredentials, boolean isSuspicionGap) {}

  public Reconnector(RetrySettings settings, Config config, Jitter jitter) {
    this.settings = settings;
    this.config = config;
    this.backoff = settings.backoff().create(jitter);
    this.serverDelays = new ServerDelays(settings.serverDelayLimit(), jitter);
  }

  /** The number of the next attempt since reconnecting last succeeded for good, from 1. */
  public int nextAttempt() {
    return backoff.failures() + 1;
  }

  /** The server asks for another base of the delays. */
  public void serverBase(Duration base) {
    backoff.serverBase(base);
  }

  /**
   * Records that an open connection has ended, whoever ended it. That may reset the backoff.
   *
   * @param hasProgress whether it brought a new event
   * @param openNanos how long it was open
   * @param progressNanos how long it had been open when the last new event came
   */
  public void wasOpen(boolean hasProgress, long openNanos, long progressNanos) {
    wasOpened = true;
    // A server that accepts a credential, sends nothing and then refuses it has not accepted it.
    isRefreshed = isRefreshed && !hasProgress && openNanos < Nanos.of(RESET_WHEN_OPEN_FOR);
    onceConnectedSince = NEVER;
    limitedRetries = hasProgress ? 0 : limitedRetries;
    boolean isLastingProgress = hasProgress && progressNanos >= backoff.resetAfterNanos();
    if (isLastingProgress || openNanos >= Nanos.of(RESET_WHEN_OPEN_FOR)) {
      backoff.reset();
      failingSince = NEVER;
    }
  }

  /**
   * Records that the credential of the last attempt was refused.
   *
   * @param isNewest whether the next attempt has to ask for a fresh one; false when another
   *     subscription has asked already
   */
  public void credentialRefused(boolean isNewest) {
    isRefreshed = isNewest;
  }

  /**
   * Decides what follows.
   *
   * @param position the cursor that the next attempt would ask for; null for none
   * @param now the clock's reading
   */
  public NextStep next(ConnectionEnd end, @Nullable String position, long now) {
    suspicion.note(end, position != null, now);
    reportedSuspicion = null;
    NextStep step = stepAfter(end, position, now);
    if (!(step instanceof RetryAfter) || !suspicion.isRaised(now)) {
      return step;
    }
    String detail = suspicion.toString();
    suspicion.clear();
    reportedSuspicion = detail;
    return config.isSuspicionGap
        ? new NextStep.ReportGap(Gap.Reason.CURSOR_REJECTED, -1, detail, null)
        : step;
  }

  /**
   * Why the server seems to refuse the cursor, as of the last {@link #next}; null when it does not.
   */
  public @Nullable String suspicion() {
    return reportedSuspicion;
  }

  private NextStep stepAfter(ConnectionEnd end, @Nullable String position, long now) {
    if (end.isCompleted()) {
      return new NextStep.Complete();
    }
    if (end.isForGood()) {
      return new NextStep.Fail(end.exception());
    }
    Treatment callers = settings.rules().apply(end.exception());
    Treatment treatment =
        callers != null ? callers : FailureTable.treatmentOf(end.reason(), end.code());
    if (callers == null && treatment != Treatment.RETRY_ONCE_CONNECTED) {
      onceConnectedSince = NEVER; // Fifteen minutes in a row.
    }
    return switch (treatment) {
      case RETRY -> retry(end, now);
      case COMPLETE -> new NextStep.Complete();
      case FAIL -> new NextStep.Fail(end.exception());
      case GAP -> new NextStep.ReportGap(Gap.Reason.SERVER, end.code(), end.message(), end.cause());
      case REFRESH_CREDENTIALS -> refresh(end);
      case RETRY_ONCE_CONNECTED -> retryUnless(isFinalNow(now), end, now);
      case RETRY_WITH_CURSOR -> retryUnless(position == null, end, now);
      case RETRY_THREE_TIMES -> retryUnless(++limitedRetries > LIMITED_RETRIES, end, now);
      case FAIL_WHEN_REPEATED ->
          isRepeated(end, position) ? new NextStep.Fail(repeated(end, position)) : retry(end, now);
    };
  }

  private NextStep retryUnless(boolean isFinal, ConnectionEnd end, long now) {
    return isFinal ? new NextStep.Fail(end.exception()) : retry(end, now);
  }

  private NextStep refresh(ConnectionEnd end) {
    if (!config.hasCredentials) {
      return new NextStep.Fail(end.exception());
    }
    if (isRefreshed) {
      return new NextStep.Fail(
          new StreamException(
              Reason.CREDENTIALS,
              end.code(),
              "A fresh credential was refused too; look at what the credentials may read here: "
                  + end.message(),
              end.cause()));
    }
    return new NextStep.RefreshCredential();
  }

  private NextStep retry(ConnectionEnd end, long now) {
    if (end.isClean()) {
      return reconnect(end);
    }
    StreamException failure = end.exception();
    if (config.isFailFast && !wasOpened) {
      return new NextStep.Fail(failure);
    }
    failingSince = failingSince == NEVER ? now : failingSince;
    long delay = backoff.nextDelayNanos(failure);
    if (delay == Backoff.GIVE_UP) {
      boolean isComplete = end.isOrderly() && settings.isNever();
      return isComplete ? new NextStep.Complete() : new NextStep.Fail(failure);
    }
    RetryAfter retry =
        serverDelays.applyTo(
            new RetryAfter(delay, 0, nextAttempt(), DelayRule.BACKOFF, end.reason(), end.failure()),
            end);
    long elapsed = Nanos.plus(now - failingSince, retry.delayNanos());
    Duration maxElapsed = settings.maxElapsed();
    return maxElapsed != null && elapsed > Nanos.of(maxElapsed)
        ? new NextStep.Fail(failure)
        : retry;
  }

  /** What follows an end that is no failure. */
  private NextStep reconnect(ConnectionEnd end) {
    if (settings.isNever()) {
      return new NextStep.Complete();
    }
    long delay = end.isWellRecycled() ? 0 : backoff.orderlyDelayNanos();
    return new RetryAfter(delay, 0, nextAttempt(), DelayRule.ORDERLY_END, end.reason(), null);
  }

  private boolean isFinalNow(long now) {
    if (!wasOpened) {
      return true;
    }
    onceConnectedSince = onceConnectedSince == NEVER ? now : onceConnectedSince;
    return now - onceConnectedSince >= Nanos.of(RETRY_ONCE_CONNECTED_LIMIT);
  }

  private boolean isRepeated(ConnectionEnd end, @Nullable String position) {
    boolean isSame =
        end.reason() == repeated
            && Objects.equals(position, repeatedCursor)
            && (position != null || isSameWithoutCursor(end));
    repeated = end.reason();
    repeatedCursor = position;
    repeatedEvent = end.eventFingerprint();
    eventsBefore = end.events();
    repeatedCount = isSame ? repeatedCount + 1 : 1;
    return repeatedCount >= REPEATED_FAILURES;
  }

  /**
   * Whether a stream without a cursor failed at the same event as the last time. Events before it
   * say nothing by themselves: a server that starts over sends them again, too. It is another event
   * when its content is, or when after a long time another number of events came before it.
   */
  private boolean isSameWithoutCursor(ConnectionEnd end) {
    boolean isLong = end.openNanos() >= Nanos.of(RESET_WHEN_OPEN_FOR);
    return end.eventFingerprint() == repeatedEvent && (!isLong || end.events() == eventsBefore);
  }

  private static StreamException repeated(ConnectionEnd end, @Nullable String position) {
    return new StreamException(
        Reason.POISON,
        end.code(),
        (position == null ? "A stream without a cursor" : "The same cursor")
            + " met the same failure "
            + REPEATED_FAILURES
            + " times: "
            + end.message(),
        end.exception());
  }
}
