package dev.perennial.examples;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamRuntime;
import dev.perennial.micrometer.StreamMetrics;
import dev.perennial.sse.Sse;
import io.github.resilience4j.micrometer.tagged.TaggedRetryMetrics;
import io.github.resilience4j.retry.RetryRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.okhttp3.OkHttpMetricsEventListener;
import java.time.Instant;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Metrics with Micrometer: of streams, of retries, of HTTP calls. */
final class Metered {
  private Metered() {}

  // region metrics
  static EventStream<String> metered(EventStream<String> ticks, MeterRegistry registry) {
    return ticks.withObserver(StreamMetrics.of(registry, "ticks"));
  }

  // endregion

  // region age
  static EventStream<JsonNode> withAge(EventStream<JsonNode> ticks, MeterRegistry registry) {
    return ticks.withObserver(
        StreamMetrics.builder(registry, "ticks")
            .tags(Tags.of("region", "eu"))
            .eventTime(Metered::time)
            .build());
  }

  private static @Nullable Instant time(Event<?> event) {
    return event.data() instanceof JsonNode tick && tick.path("at").isIntegralNumber()
        ? Instant.ofEpochMilli(tick.path("at").longValue())
        : null; // The event has no timestamp.
  }

  // endregion

  // region runtime
  static StreamRuntime meteredRuntime(MeterRegistry registry) {
    return StreamRuntime.builder().observer(StreamMetrics.of(registry, "all")).build();
  }

  // endregion

  // region resilience4j
  static EventStream<String> withRetryMetrics(
      EventStream<String> ticks, RetryRegistry retries, MeterRegistry registry) {
    TaggedRetryMetrics.ofRetryRegistry(retries).bindTo(registry); // Once per registry.
    return ticks.withRetry(RetryPolicy.of(retries.retry("ticks")));
  }

  // endregion

  // region okhttp
  static EventStream<String> withCallMetrics(String url, MeterRegistry registry) {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .eventListener(
                OkHttpMetricsEventListener.builder(registry, "okhttp.requests")
                    .uriMapper(request -> "/ticks") // Not the URL, which contains the cursor.
                    .build())
            .build();
    return Sse.builder(url).client(client).stream();
  }
  // endregion
}
