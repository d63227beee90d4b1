package dev.perennial.internal.retry;

import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState.DelayRule;
import dev.perennial.internal.retry.NextStep.RetryAfter;
import dev.perennial.internal.time.Nanos;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.function.BooleanSupplier;
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

  /** The steps that were taken without a delay since a connection was last of use. */
  private final EnumSet<FreeStep> freeStepsTaken = EnumSet.noneOf(FreeStep.class);

  private long serverDelayNanos; // The server's retry; 0 until it sends one.
  private boolean wasOpened;
  private boolean hasMoved; // The last open connection moved the cursor.
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
   * What is worth another connection at once: it changes what the next one asks for. The second
   * time in a row nothing came of it, and it is delayed and counted as a failure is.
   */
  private enum FreeStep {
    FRESH_CREDENTIAL,
    WITHOUT_CURSOR,
    AFTER_SNAPSHOT
  }

  /**
   * What the stream and its transport say.
   *
   * @param isFailFast whether every failure before the first open is final
   * @param hasCredentials whether a refused credential can be replaced
   * @param isPositionAtServer whether the next attempt goes on without a cursor
   * @param isSuspicionGap whether a suspected cursor is reported as a gap
   */
  public record Config(
      boolean isFailFast,
      boolean hasCredentials,
      boolean isPositionAtServer,
      BooleanSupplier isSuspicionGap) {}

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

  /** The server asks for a delay before each reconnect (HTML 9.2.3). */
  public void serverDelay(Duration delay) {
    serverDelayNanos = Math.min(Nanos.of(settings.serverDelayLimit()), Nanos.of(delay));
    backoff.serverBase(serverDelayNanos);
  }

  /**
   * What an open connection came to.
   *
   * @param newEvents how many events it brought that are no replays
   * @param hasMoved whether the next connection resumes at another place because of it
   * @param openNanos how long it was open
   * @param progressNanos how long it had been open when the last new event came
   */
  public record OpenPeriod(long newEvents, boolean hasMoved, long openNanos, long progressNanos) {}

  /**
   * Records that an open connection has ended, whoever ended it. That may reset the backoff: when
   * the connection lasted, or when it ended in good order. Otherwise each doubling of the events
   * that it brought forgives one failure, if the next connection goes on after them. A link that is
   * cut again and again while a backlog waits is not punished; a server that crashes after each
   * event is.
   */
  public void wasOpen(OpenPeriod period, ConnectionEnd end) {
    wasOpened = true;
    hasMoved = period.hasMoved;
    boolean hasProgress = period.newEvents > 0;
    boolean hasLasted =
        period.openNanos >= Nanos.of(RESET_WHEN_OPEN_FOR)
            || (hasProgress && period.progressNanos >= backoff.resetAfterNanos());
    // A server that accepts a credential, sends nothing and then refuses it has not accepted it.
    isRefreshed = isRefreshed && !hasProgress && !hasLasted && !end.isServersOrderly();
    onceConnectedSince = NEVER;
    limitedRetries = hasProgress ? 0 : limitedRetries;
    if (hasLasted) {
      freeStepsTaken.clear();
    }
    if (hasLasted || end.isServersOrderly()) {
      backoff.reset();
    } else if (period.hasMoved && hasProgress) {
      backoff.forgive(63 - Long.numberOfLeadingZeros(period.newEvents));
    }
    failingSince = backoff.failures() == 0 ? NEVER : failingSince;
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
    suspicion.note(end, hasMoved, position != null, now);
    reportedSuspicion = null;
    NextStep step = stepAfter(end, position, now);
    if (!(step instanceof RetryAfter) || !suspicion.isRaised(now)) {
      return step;
    }
    String detail = suspicion.toString();
    suspicion.clear();
    reportedSuspicion = detail;
    return config.isSuspicionGap.getAsBoolean()
        ? new NextStep.ReportGap(Gap.Reason.CURSOR_REJECTED, detail, null, step)
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
    if (end.isReplaced()) {
      return withoutDelay(end);
    }
    if (end.isForGood()) {
      return new NextStep.Fail(end.exception());
    }
    Treatment callers = settings.rules().apply(end.exception());
    Treatment treatment = callers != null ? callers : treatmentOf(end);
    if (callers == null && treatment != Treatment.RETRY_ONCE_CONNECTED) {
      onceConnectedSince = NEVER; // Fifteen minutes in a row.
    }
    return switch (treatment) {
      case RETRY -> retry(end, now);
      case COMPLETE -> new NextStep.Complete();
      case FAIL -> new NextStep.Fail(end.exception());
      case GAP ->
          new NextStep.ReportGap(
              Gap.Reason.SERVER,
              end.message(),
              end.exception(),
              freeOnce(FreeStep.WITHOUT_CURSOR, end, now));
      case REFRESH_CREDENTIALS -> refresh(end, now);
      case RETRY_ONCE_CONNECTED -> retryUnless(isFinalNow(now), end, now);
      case RETRY_WITH_CURSOR ->
          retryUnless(position == null && !config.isPositionAtServer, end, now);
      case RETRY_THREE_TIMES -> retryUnless(++limitedRetries > LIMITED_RETRIES, end, now);
      case FAIL_WHEN_REPEATED ->
          isRepeated(end, position) ? new NextStep.Fail(repeated(end, position)) : retry(end, now);
    };
  }

  private static Treatment treatmentOf(ConnectionEnd end) {
    return end.isOrderly() || end.isForNow()
        ? Treatment.RETRY
        : FailureTable.treatmentOf(end.reason(), end.code());
  }

  private NextStep retryUnless(boolean isFinal, ConnectionEnd end, long now) {
    return isFinal ? new NextStep.Fail(end.exception()) : retry(end, now);
  }

  private NextStep refresh(ConnectionEnd end, long now) {
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
              end.cause(),
              end.exception().response()));
    }
    return new NextStep.RefreshCredential(freeOnce(FreeStep.FRESH_CREDENTIAL, end, now));
  }

  /** Takes the step without a delay, or as after a failure when it was taken before in vain. */
  private NextStep freeOnce(FreeStep step, ConnectionEnd end, long now) {
    return freeStepsTaken.add(step) ? new NextStep.ConnectAgain() : retryAfterFailure(end, now);
  }

  private NextStep retry(ConnectionEnd end, long now) {
    if (end.isOrderly() && settings.isNever()) {
      return new NextStep.Complete();
    } else if (end.isResumed()) {
      return freeOnce(FreeStep.AFTER_SNAPSHOT, end, now);
    } else if (end.isOrderly()) {
      return reconnect(end);
    } else if (config.isFailFast && !wasOpened) {
      return new NextStep.Fail(end.exception());
    }
    return retryAfterFailure(end, now);
  }

  private NextStep retryAfterFailure(ConnectionEnd end, long now) {
    StreamException failure = end.isResumed() ? lostAgain(end) : end.exception();
    failingSince = failingSince == NEVER ? now : failingSince;
    long delay = backoff.nextDelayNanos(failure);
    if (delay == Backoff.GIVE_UP) {
      return new NextStep.Fail(failure);
    }
    RetryAfter retry = after(delay, DelayRule.BACKOFF, end);
    long elapsed = Nanos.plus(now - failingSince, retry.delayNanos());
    Duration maxElapsed = settings.maxElapsed();
    return maxElapsed != null && elapsed > Nanos.of(maxElapsed)
        ? new NextStep.Fail(failure)
        : retry;
  }

  /** What follows an end that is no failure. */
  private RetryAfter reconnect(ConnectionEnd end) {
    return end.isWellRecycled()
        ? withoutDelay(end)
        : after(backoff.orderlyDelayNanos(), DelayRule.ORDERLY_END, end);
  }

  private RetryAfter withoutDelay(ConnectionEnd end) {
    return new RetryAfter(0, 0, nextAttempt(), DelayRule.ORDERLY_END, end.reason(), null);
  }

  /** Returns a retry after this delay, or later if the server asked for that. */
  private RetryAfter after(long delayNanos, DelayRule rule, ConnectionEnd end) {
    RetryAfter retry =
        new RetryAfter(
            delayNanos,
            Math.min(delayNanos, serverDelayNanos),
            nextAttempt(),
            rule,
            end.reason(),
            end.failure());
    return serverDelays.applyTo(retry, end, serverDelayNanos);
  }

  private static StreamException lostAgain(ConnectionEnd last) {
    return new StreamException(
        Reason.GAP,
        "Events were missing again after each snapshot that was loaded",
        last.exception());
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
        (position == null
                ? "A stream without a cursor met the same failure "
                : "The same cursor met the same failure ")
            + REPEATED_FAILURES
            + " times: "
            + end.message(),
        end.exception(),
        end.exception().response());
  }
}
