package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.testkit.ConnectionScript;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A caller's resilience4j policy decides, our engine waits. */
class Resilience4jPolicyTest extends EngineTest {
  private static final ConnectException CAUSE = new ConnectException("refused");
  private static final ConnectionScript REFUSED = refuses(CAUSE);

  @Test
  void delaysAreTheConfigurations() {
    RetryConfig config =
        RetryConfig.custom()
            .maxAttempts(5)
            .intervalFunction(IntervalFunction.ofExponentialBackoff(1_000, 2))
            .build();

    listen(stream(REFUSED, REFUSED, REFUSED, REFUSED, REFUSED).withRetry(RetryPolicy.of(config)));

    assertEquals(
        List.of(ofSeconds(1), ofSeconds(2), ofSeconds(4), ofSeconds(8)), transport.intervals());
    assertEquals(Reason.CONNECT, recorder.takeFailure().reason());
  }

  @Test
  void defaultsGiveUpAfterThreeAttempts() {
    listen(stream(REFUSED, REFUSED, REFUSED).withRetry(RetryPolicy.of(RetryConfig.ofDefaults())));

    assertEquals(List.of(ofMillis(500), ofMillis(500)), transport.intervals());
    assertSame(CAUSE, recorder.takeFailure().getCause());
  }

  @Test
  void floorAppliesToTheConfigurationToo() {
    RetryConfig eager = RetryConfig.custom().maxAttempts(3).waitDuration(Duration.ZERO).build();

    listen(stream(REFUSED, REFUSED, REFUSED).withRetry(RetryPolicy.of(eager)));

    assertEquals(List.of(ofMillis(100), ofMillis(100)), transport.intervals());
  }

  @Test
  void predicateSeesTheCause() {
    List<Throwable> seen = new ArrayList<>();
    RetryConfig picky =
        RetryConfig.custom()
            .maxAttempts(9)
            .retryOnException(
                thrown -> {
                  seen.add(thrown);
                  return !(thrown instanceof UnknownHostException);
                })
            .build();

    listen(
        stream(REFUSED, refuses(new UnknownHostException("nowhere")))
            .withRetry(RetryPolicy.of(picky)));

    assertEquals(Reason.CONNECT, recorder.takeFailure().reason());
    assertSame(CAUSE, seen.get(0));
    assertEquals(2, seen.size());
  }

  @Test
  void predicateSeesTheFailureItselfWithoutACause() {
    List<Throwable> seen = new ArrayList<>();
    RetryConfig picky =
        RetryConfig.custom()
            .retryOnException(
                thrown -> {
                  seen.add(thrown);
                  return false;
                })
            .build();

    listen(stream(refuses(status(503))).withRetry(RetryPolicy.of(picky)));

    StreamException failure = recorder.takeFailure();
    assertEquals(503, failure.code());
    assertSame(failure, seen.get(0));
  }

  @Test
  void resilience4jCannotRetryAPermanentFailure() {
    RetryConfig everything = RetryConfig.custom().retryOnException(thrown -> true).build();

    listen(stream(refuses(status(404))).withRetry(RetryPolicy.of(everything)));

    assertEquals(404, recorder.takeFailure().code());
  }

  @Test
  void retryAfterIsHonored() {
    listen(
        stream(refuses(status(503, ofMinutes(1))), opens().declaresEnd())
            .withRetry(RetryPolicy.of(RetryConfig.ofDefaults())));

    Duration wait = transport.intervals().get(0);
    assertTrue(wait.compareTo(ofMinutes(1)) >= 0, wait::toString);
    assertTrue(wait.compareTo(ofSeconds(72)) <= 0, wait::toString);
  }

  @Test
  void eventsAndMetricsOfTheRetryWork() {
    Retry retry =
        Retry.of("ticks", RetryConfig.custom().maxAttempts(3).waitDuration(ofSeconds(1)).build());
    List<String> events = new ArrayList<>();
    retry.getEventPublisher().onEvent(event -> events.add(event.getEventType().name()));

    listen(
        stream(REFUSED, opens().events(1, 1).silence(ofMinutes(1)).cut(), REFUSED, REFUSED)
            .withRetry(RetryPolicy.of(retry)));

    assertEquals(List.of("RETRY", "SUCCESS", "RETRY", "RETRY", "ERROR"), events);
    assertEquals(1, retry.getMetrics().getNumberOfSuccessfulCallsWithRetryAttempt());
    assertEquals(1, retry.getMetrics().getNumberOfFailedCallsWithRetryAttempt());
  }

  @Test
  void oneRetryServesManySubscriptions() {
    Retry retry = Retry.of("ticks", RetryConfig.custom().maxAttempts(2).build());
    RetryPolicy policy = RetryPolicy.of(retry);

    for (int i = 0; i < 3; i++) {
      Resilience4jPolicyTest one = new Resilience4jPolicyTest();
      one.listen(one.stream(REFUSED, REFUSED).withRetry(policy));
      one.recorder.takeFailure();
    }

    assertEquals(3, retry.getMetrics().getNumberOfFailedCallsWithRetryAttempt());
  }

  @Test
  void ownLimitCountsBesides() {
    RetryConfig patient = RetryConfig.custom().maxAttempts(50).waitDuration(ofSeconds(1)).build();

    listen(stream(REFUSED, REFUSED).withRetry(RetryPolicy.of(patient).withMaxAttempts(2)));

    recorder.takeFailure();
    transport.assertExhausted();
  }
}
