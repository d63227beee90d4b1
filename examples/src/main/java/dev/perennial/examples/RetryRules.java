package dev.perennial.examples;

import static java.time.Duration.ofSeconds;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.RetryPolicy.Action;
import dev.perennial.ServerResponse;
import dev.perennial.StreamException;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.net.ProtocolException;
import java.net.SocketException;
import java.util.function.Consumer;

/** When to retry: with Perennial's delays or resilience4j's, and with custom rules. */
final class RetryRules {
  private RetryRules() {}

  // region ours
  static EventStream<String> patient(EventStream<String> ticks) {
    return ticks.withRetry(
        RetryPolicy.exponential(ofSeconds(1), ofSeconds(30))
            .withMaxAttempts(10)
            .onStatus(404, Action.RETRY)
            .onStatus(503, Action.FAIL)
            .onFailure(failure -> failure.getCause() instanceof SocketException, Action.RETRY));
  }

  // endregion

  // region answer
  static EventStream<String> untilTheQuotaIsUsedUp(EventStream<String> tokens) {
    return tokens.withRetry(
        RetryPolicy.exponential(ofSeconds(1), ofSeconds(30))
            .onFailure(RetryRules::isOutOfQuota, Action.FAIL)); // other 429s are retried
  }

  private static boolean isOutOfQuota(StreamException failure) {
    ServerResponse response = failure.response();
    return response != null && response.body().contains("\"insufficient_quota\"");
  }

  // endregion

  // region resilience4j
  static EventStream<String> resilient(EventStream<String> ticks, Consumer<String> log) {
    RetryConfig config =
        RetryConfig.custom()
            .maxAttempts(20)
            .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(500L, 2.0, 0.5, 30_000L))
            .ignoreExceptions(ProtocolException.class)
            .build();
    Retry retry = Retry.of("ticks", config);
    retry
        .getEventPublisher()
        .onRetry(event -> log.accept("retry " + event.getNumberOfRetryAttempts()));
    return ticks.withRetry(RetryPolicy.of(retry).onStatus(404, Action.RETRY));
  }
  // endregion
}
