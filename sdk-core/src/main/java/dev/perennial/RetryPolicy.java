package dev.perennial;

import static dev.perennial.internal.time.Durations.requirePositive;

import dev.perennial.internal.retry.Backoff;
import dev.perennial.internal.retry.JitteredBackoff;
import dev.perennial.internal.retry.Resilience4jBackoff;
import dev.perennial.internal.retry.RetrySettings;
import dev.perennial.internal.retry.Treatment;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt, what is retried, and when to give up. An immutable
 * value.
 *
 * <p>The default is {@code exponential(ofSeconds(1), ofSeconds(30))}: full jitter between a tenth
 * of a second and a ceiling that doubles with each failure in a row, without end.
 *
 * <pre>{@code
 * stream.withRetry(
 *     RetryPolicy.exponential(Duration.ofMillis(500), Duration.ofMinutes(1))
 *         .withMaxElapsed(Duration.ofHours(1))
 *         .onStatus(404, RetryPolicy.Action.RETRY));
 * }</pre>
 *
 * @since 0.1.0
 */
public final class RetryPolicy {
  static final Duration DEFAULT_BASE = Duration.ofSeconds(1);
  static final Duration DEFAULT_CAP = Duration.ofSeconds(30);
  static final Duration DEFAULT_FLOOR = Duration.ofMillis(100);
  static final Duration DEFAULT_SERVER_DELAY_LIMIT = Duration.ofHours(1);

  private static final int UNLIMITED = Integer.MAX_VALUE;
  private static final RetryPolicy STANDARD = new RetryPolicy(DEFAULT_BASE, DEFAULT_CAP, null);
  private static final RetryPolicy NEVER =
      new RetryPolicy(DEFAULT_BASE, DEFAULT_CAP, null).withMaxAttempts(1);

  private final Duration base;
  private final @Nullable Duration cap; // Null waits the base each time.
  private final @Nullable Retry callers; // Null unless the delays are those of a caller's Retry.

  private int maxAttempts = UNLIMITED;
  private @Nullable Duration maxElapsed;
  private final Map<Integer, Action> byStatus = new HashMap<>();
  private final Map<Integer, Action> byCloseCode = new HashMap<>();
  private final List<Rule> byFailure = new ArrayList<>();
  private Duration floor = DEFAULT_FLOOR;
  private Duration serverDelayLimit = DEFAULT_SERVER_DELAY_LIMIT;

  /** What follows a failure. */
  public enum Action {
    /** Try again with backoff. */
    RETRY,
    /** The stream is over: the subscription completes. */
    COMPLETE,
    /** The subscription ends with the failure. */
    FAIL,
    /** The cursor is gone: the {@link GapPolicy} says what follows. */
    GAP,
    /** Ask for a fresh credential and try again at once; the second time in a row it fails. */
    REFRESH_CREDENTIALS
  }

  private record Rule(Predicate<? super StreamException> condition, Action action) {}

  private RetryPolicy(Duration base, @Nullable Duration cap, @Nullable Retry callers) {
    this.base = base;
    this.cap = cap;
    this.callers = callers;
  }

  static RetryPolicy standard() {
    return STANDARD;
  }

  /**
   * Waits a random time from the floor to {@code min(cap, base * 2^failures)}, where failures
   * counts the attempts in a row that failed before this one. A server's {@code retry} replaces the
   * base, and raises the cap where it is larger.
   */
  public static RetryPolicy exponential(Duration base, Duration cap) {
    requirePositive("base", base);
    requirePositive("cap", cap);
    if (cap.compareTo(base) < 0) {
      throw new IllegalArgumentException(
          "cap must not be less than base but was " + cap + " with base " + base);
    }
    return new RetryPolicy(base, cap, null);
  }

  /** Waits {@code delay} and up to 20 % more, so that a fleet does not come back in lock-step. */
  public static RetryPolicy fixed(Duration delay) {
    return new RetryPolicy(requirePositive("delay", delay), null, null);
  }

  /** Does not try again: the end of the first connection ends the subscription. */
  public static RetryPolicy never() {
    return NEVER;
  }

  /**
   * Waits and gives up as a resilience4j configuration says. Its predicate sees the cause of the
   * {@link StreamException}, or the exception itself where it has no cause. It can end what the
   * default table retries, but not retry what the table ends, such as a 404 on the first attempt.
   *
   * <p>{@code RetryConfig.ofDefaults()} gives up after three attempts. The delays are the
   * configuration's own, raised to {@link #withFloor}. A server's {@code retry} does not change
   * them; its {@code Retry-After} is obeyed.
   */
  public static RetryPolicy of(RetryConfig config) {
    return of(Retry.of("perennial", Objects.requireNonNull(config, "config")));
  }

  /** As {@link #of(RetryConfig)}, and the events and metrics of {@code retry} see each retry. */
  public static RetryPolicy of(Retry retry) {
    return new RetryPolicy(DEFAULT_BASE, DEFAULT_CAP, Objects.requireNonNull(retry, "retry"));
  }

  /**
   * Gives up after {@code attempts} attempts in a row without success, the first one counted. By
   * default never; with a resilience4j policy its own limit counts too.
   */
  public RetryPolicy withMaxAttempts(int attempts) {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1 but was " + attempts);
    }
    RetryPolicy copy = copy();
    copy.maxAttempts = attempts;
    return copy;
  }

  /** Gives up when reconnecting has failed for {@code limit} in a row. By default never. */
  public RetryPolicy withMaxElapsed(Duration limit) {
    RetryPolicy copy = copy();
    copy.maxElapsed = requirePositive("limit", limit);
    return copy;
  }

  /** The least time to wait, whatever the delays are. Default: 100 ms. */
  public RetryPolicy withFloor(Duration floor) {
    RetryPolicy copy = copy();
    copy.floor = requirePositive("floor", floor);
    return copy;
  }

  /** The most that a server's {@code Retry-After} can ask for. Default: 1 h. */
  public RetryPolicy withServerDelayLimit(Duration limit) {
    RetryPolicy copy = copy();
    copy.serverDelayLimit = requirePositive("limit", limit);
    return copy;
  }

  /** Says what follows an answer with this HTTP status, in place of the default table. */
  public RetryPolicy onStatus(int httpStatus, Action action) {
    if (httpStatus < 100 || httpStatus > 599) {
      throw new IllegalArgumentException(
          "httpStatus must be from 100 to 599 but was " + httpStatus);
    }
    RetryPolicy copy = copy();
    copy.byStatus.put(httpStatus, Objects.requireNonNull(action, "action"));
    return copy;
  }

  /** Says what follows when the server closes a WebSocket with this code. */
  public RetryPolicy onCloseCode(int closeCode, Action action) {
    if (closeCode < 1000 || closeCode > 4999) {
      throw new IllegalArgumentException(
          "closeCode must be from 1000 to 4999 but was " + closeCode);
    }
    RetryPolicy copy = copy();
    copy.byCloseCode.put(closeCode, Objects.requireNonNull(action, "action"));
    return copy;
  }

  /**
   * Says what follows failures that meet a condition. A rule for the status or close code comes
   * first, then these in the order in which they were given, then the default table.
   *
   * <p>The rules also see what a listener throws at an event, as {@link
   * StreamException.Reason#CONSUMER}. There {@link Action#RETRY} delivers the same event again,
   * with the delays and limits of this policy, and any other action ends the subscription. {@link
   * EventStream#withConsumerFailurePolicy} takes the place of these rules.
   */
  public RetryPolicy onFailure(Predicate<? super StreamException> condition, Action action) {
    RetryPolicy copy = copy();
    copy.byFailure.add(
        new Rule(
            Objects.requireNonNull(condition, "condition"),
            Objects.requireNonNull(action, "action")));
    return copy;
  }

  /** Returns what the caller's rules say about a failure; null when there is none. */
  private @Nullable Treatment treatmentOf(StreamException failure) {
    Action action = actionOn(failure);
    if (action == null) {
      return null;
    }
    return switch (action) {
      case RETRY -> Treatment.RETRY;
      case COMPLETE -> Treatment.COMPLETE;
      case FAIL -> Treatment.FAIL;
      case GAP -> Treatment.GAP;
      case REFRESH_CREDENTIALS -> Treatment.REFRESH_CREDENTIALS;
    };
  }

  private @Nullable Action actionOn(StreamException failure) {
    Action byCode =
        switch (failure.reason()) {
          case HTTP_STATUS, GAP -> byStatus.get(failure.code());
          case CLOSE_CODE -> byCloseCode.get(failure.code());
          default -> null;
        };
    if (byCode != null) {
      return byCode;
    }
    for (Rule rule : byFailure) {
      if (rule.condition.test(failure)) {
        return rule.action;
      }
    }
    return null;
  }

  /** Whether there is a rule that may retry what a consumer throws. */
  boolean canRetryByRule() {
    return !byFailure.isEmpty() && byFailure.stream().anyMatch(rule -> rule.action == Action.RETRY);
  }

  private RetryPolicy copy() {
    RetryPolicy copy = new RetryPolicy(base, cap, callers);
    copy.maxAttempts = maxAttempts;
    copy.maxElapsed = maxElapsed;
    copy.byStatus.putAll(byStatus);
    copy.byCloseCode.putAll(byCloseCode);
    copy.byFailure.addAll(byFailure);
    copy.floor = floor;
    copy.serverDelayLimit = serverDelayLimit;
    return copy;
  }

  /** The policy as the engine uses it. */
  RetrySettings settings() {
    return new RetrySettings(
        backoff(), this::treatmentOf, maxElapsed, serverDelayLimit, maxAttempts == 1);
  }

  private Backoff.Factory backoff() {
    if (cap == null) {
      return JitteredBackoff.fixed(base, floor, maxAttempts);
    }
    JitteredBackoff.Factory drawn = JitteredBackoff.exponential(base, cap, floor, maxAttempts);
    return callers == null ? drawn : Resilience4jBackoff.of(callers, drawn, floor, maxAttempts);
  }

  private String delays() {
    if (callers != null) {
      return "of(" + callers + ")";
    }
    return cap == null ? "fixed(" + base + ")" : "exponential(" + base + ", " + cap + ")";
  }

  @Override
  public String toString() {
    return "RetryPolicy["
        + delays()
        + ", maxAttempts="
        + (maxAttempts == UNLIMITED ? "unlimited" : maxAttempts)
        + ", maxElapsed="
        + (maxElapsed == null ? "unlimited" : maxElapsed)
        + ", floor="
        + floor
        + ", serverDelayLimit="
        + serverDelayLimit
        + "]";
  }
}
