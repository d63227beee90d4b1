package dev.perennial.tests.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.micrometer.StreamMetrics;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Names and units as Micrometer and Prometheus have them. */
class MeterNamesTest {
  private static final Pattern NAME = Pattern.compile("perennial(\\.[a-z]+)+");

  @Test
  void namesAreLowercaseWithDotsAndSayTheirUnit() {
    MeterRegistry registry = new SimpleMeterRegistry();

    metrics(registry, "ticks");

    for (Meter meter : registry.getMeters()) {
      Meter.Id id = meter.getId();
      assertTrue(NAME.matcher(id.getName()).matches(), id::toString);
      assertTrue(id.getBaseUnit() != null, id::toString);
      assertTrue(id.getDescription() != null, id::toString);
    }
  }

  @Test
  void prometheusShowsThemWithoutAWordTwice() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    metrics(registry, "ticks");

    TreeSet<String> families =
        registry
            .scrape()
            .lines()
            .filter(line -> line.startsWith("# TYPE "))
            .map(line -> line.substring("# TYPE ".length()))
            .filter(line -> !line.contains("_max "))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        """
        perennial_buffered_events gauge
        perennial_bytes_total counter
        perennial_connect_seconds summary
        perennial_connections gauge
        perennial_cursor_failures_total counter
        perennial_disconnects_total counter
        perennial_dropped_events_total counter
        perennial_duplicates_total counter
        perennial_event_age_seconds summary
        perennial_event_retries_total counter
        perennial_events_total counter
        perennial_failed_attempts_total counter
        perennial_failed_subscriptions_total counter
        perennial_first_event_seconds summary
        perennial_gaps_total counter
        perennial_heartbeats_total counter
        perennial_last_byte_age_seconds gauge
        perennial_malformed_events_total counter
        perennial_reconnects_total counter
        perennial_retry_delay_seconds summary
        perennial_skipped_events_total counter
        perennial_subscriptions gauge
        """
            .strip(),
        String.join("\n", families));
  }

  @Test
  void prometheusShowsEachStream() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    metrics(registry, "ticks");
    metrics(registry, "trades");

    String text = registry.scrape();
    assertTrue(text.contains("perennial_events_total{region=\"eu\",stream=\"ticks\"} 0.0"), text);
    assertTrue(text.contains("perennial_events_total{region=\"eu\",stream=\"trades\"} 0.0"), text);
    assertTrue(
        text.contains(
            "perennial_gaps_total{reason=\"SERVER\",region=\"eu\",stream=\"trades\"} 0.0"),
        text);
  }

  private static void metrics(MeterRegistry registry, String stream) {
    StreamMetrics.builder(registry, stream)
        .tags(Tags.of("region", "eu"))
        .eventTime(event -> null)
        .build();
  }
}
