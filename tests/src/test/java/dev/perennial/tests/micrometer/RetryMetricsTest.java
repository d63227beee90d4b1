package dev.perennial.tests.micrometer;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import io.github.resilience4j.micrometer.tagged.TaggedRetryMetrics;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

/** resilience4j's own metrics see the retries of a policy that is made of its {@code Retry}. */
class RetryMetricsTest {
  private static final ConnectException REFUSED = new ConnectException("refused");

  private final Metered metered = new Metered();
  private final RetryRegistry retries =
      RetryRegistry.of(RetryConfig.custom().maxAttempts(3).waitDuration(ofSeconds(1)).build());

  @Test
  void runsOfFailuresAreCountedByHowTheyEnded() {
    TaggedRetryMetrics.ofRetryRegistry(retries).bindTo(metered.registry);

    metered.listen(
        metered.stream(
                refuses(REFUSED), // Tried again, and it worked.
                opens().events(1, 1).silence(ofMinutes(1)).events(2, 2).cut(),
                opens().silence(ofMinutes(1)).events(3, 3).cut(), // And once more.
                refuses(REFUSED), // Then given up.
                refuses(REFUSED))
            .withRetry(RetryPolicy.of(retries.retry("ticks"))));

    metered.recorder.assertEvents("1", "2", "3");
    assertEquals(Reason.CONNECT, metered.recorder.takeFailure().reason());
    assertEquals(2, calls("successful_with_retry"));
    assertEquals(1, calls("failed_with_retry"));
    assertEquals(0, calls("successful_without_retry"));
    assertEquals(0, calls("failed_without_retry"));
    assertEquals(4, metered.registry.get("perennial.retry.delay").timer().count());
    assertEquals(1, metered.count("perennial.failed.subscriptions", Reason.CONNECT));
  }

  private double calls(String kind) {
    return metered
        .registry
        .get("resilience4j.retry.calls")
        .tags("name", "ticks", "kind", kind)
        .functionCounter()
        .count();
  }
}
