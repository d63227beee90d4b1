package dev.perennial;

import dev.perennial.internal.time.Nanos;
import java.time.Duration;

/** How long the server wants to be left alone: by {@code Retry-After}, or by its close code. */
final class ServerDelays {
  private static final int RESTARTING = 1012;
  private static final int TRY_LATER = 1013;
  private static final Duration RESTARTING_LEAST = Duration.ofSeconds(5);
  private static final Duration RESTARTING_SPREAD = Duration.ofSeconds(25);
  private static final Duration TRY_LATER_LEAST = Duration.ofSeconds(30);

  private final long limitNanos;
  private final Jitter jitter;

  ServerDelays(Duration limit, Jitter jitter) {
    this.limitNanos = Nanos.of(limit);
    this.jitter = jitter;
  }

  /** The same retry, but not before the server wants it. */
  NextStep.Retry applyTo(NextStep.Retry retry, ConnectionEnd ending) {
    if (ending.reason == StreamException.Reason.CLOSE_CODE && ending.code == RESTARTING) {
      long spread = jitter.upToNanos(Nanos.of(RESTARTING_SPREAD));
      return retry.notBefore(Nanos.of(RESTARTING_LEAST) + spread, "close-code");
    }
    if (ending.reason == StreamException.Reason.CLOSE_CODE && ending.code == TRY_LATER) {
      return retry.notBefore(jitter.spreadNanos(Nanos.of(TRY_LATER_LEAST)), "close-code");
    }
    Duration asked = ending.notBefore;
    if (asked == null) {
      return retry;
    }
    long bound = jitter.spreadNanos(Math.min(limitNanos, Nanos.of(asked)));
    return retry.notBefore(bound, "retry-after");
  }
}
