package dev.perennial.tests.micrometer;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.opensAfter;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Overflow;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamSubscription;
import dev.perennial.micrometer.StreamMetrics;
import dev.perennial.spi.TransportException;
import dev.perennial.testkit.EventRecorder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each meter shows what happened, and nothing else. */
class StreamMetricsTest {
  private static final ConnectException REFUSED = new ConnectException("refused");
  private static final TransportException UNAVAILABLE =
      new TransportException(Reason.HTTP_STATUS, 503, "The answer was 503", null);

  private final Metered metered = new Metered();

  // ---- What comes ----

  @Test
  void eventsBytesAndHeartbeatsAreCounted() {
    metered.listen(
        metered.stream(
            opens()
                .event("1", "four")
                .heartbeat()
                .silence(ofSeconds(1))
                .event("2", "three")
                .heartbeat()
                .heartbeat()
                .declaresEnd()));

    assertEquals(2, metered.count("perennial.events"));
    assertEquals(3, metered.count("perennial.heartbeats"));
    assertEquals(metered.observer.bytes(), metered.count("perennial.bytes"));
    assertEquals(15, metered.count("perennial.bytes"));
  }

  @Test
  void duplicatesAreCountedButNotAsEvents() {
    metered.listen(metered.stream(opens().events(1, 3).cut(), opens().events(2, 5).declaresEnd()));

    assertEquals(2, metered.count("perennial.duplicates"));
    assertEquals(5, metered.count("perennial.events"));
  }

  @Test
  void skippedEventsAreMalformed() {
    metered.listen(
        metered.stream(opens().events(1, 2).event("3", "bad").events(4, 4).declaresEnd())
            .withMalformedSkipped());

    assertEquals(1, metered.count("perennial.malformed"));
    assertEquals(3, metered.count("perennial.events"));
  }

  @Test
  void droppedEventsAreCounted() {
    EventRecorder<String> slow = EventRecorder.requesting(0);
    metered.time.at(ofMinutes(1), () -> assertEquals(4, metered.gauge("perennial.buffered")));
    metered.time.at(ofMinutes(2), () -> slow.request(Long.MAX_VALUE));

    metered.stream(opens().events(1, 20).silence(ofMinutes(3)).declaresEnd())
        .withOverflow(Overflow.dropOldest(4))
        .signals()
        .subscribe(slow.signalSubscriber());
    metered.run();

    assertEquals(20, metered.count("perennial.events"));
    assertEquals(16, metered.count("perennial.dropped"));
    assertEquals(0, metered.sum("perennial.gaps"));
    assertEquals(0, metered.gauge("perennial.buffered"));
  }

  @Test
  void gapsAreCountedByReason() {
    metered.listen(
        metered.stream(
                opens().events(1, 1).gap("overrun").gap("again").event(null, "a").cut(),
                opens().events(7, 7).declaresEnd())
            .withGapPolicy(GapPolicy.liveOnly()));

    // A gap that the server reports drops the cursor, so the cut after it is a gap, too.
    assertEquals(2, metered.count("perennial.gaps", Gap.Reason.SERVER));
    assertEquals(1, metered.count("perennial.gaps", Gap.Reason.NO_CURSOR));
    assertEquals(3, metered.sum("perennial.gaps"));
  }

  @Test
  void cursorsThatCouldNotBeSavedAreCounted() {
    CursorStore broken =
        new CursorStore() {
          @Override
          public @Nullable String load() {
            return null;
          }

          @Override
          public void save(String cursor) throws IOException {
            throw new IOException("disk full");
          }
        };

    metered.listen(metered.stream(opens().events(1, 1).declaresEnd()).withCursorStore(broken));

    assertEquals(
        metered.observer.lines("cursorNotSaved").size(),
        metered.count("perennial.cursor.failures"));
    assertEquals(1, metered.count("perennial.cursor.failures"));
  }

  // ---- Connections ----

  @Test
  void endsAndReconnectsHaveTheirReasons() {
    metered.listen(
        metered.stream(
                refuses(REFUSED),
                opens().events(1, 1).cut(),
                refuses(UNAVAILABLE),
                refuses(REFUSED),
                opens().events(2, 2).ends(),
                opens().events(3, 3).silence(ofMinutes(2)),
                opens().events(4, 4).cut(),
                opens().events(5, 5).declaresEnd())
            .withStaleAfter(ofMinutes(1)));

    assertEquals(2, metered.count("perennial.disconnects", Reason.RESET));
    assertEquals(2, metered.count("perennial.disconnects", Reason.ENDED));
    assertEquals(1, metered.count("perennial.disconnects", Reason.STALE));
    assertEquals(5, metered.sum("perennial.disconnects"));
    assertEquals(2, metered.count("perennial.reconnects", Reason.RESET));
    assertEquals(1, metered.count("perennial.reconnects", Reason.ENDED));
    assertEquals(1, metered.count("perennial.reconnects", Reason.STALE));
    assertEquals(4, metered.sum("perennial.reconnects"));
    assertEquals(2, metered.count("perennial.failed.attempts", Reason.CONNECT));
    assertEquals(1, metered.count("perennial.failed.attempts", Reason.HTTP_STATUS));
    assertEquals(3, metered.sum("perennial.failed.attempts"));
    assertEquals(0, metered.sum("perennial.failed.subscriptions"));
  }

  @Test
  void delaysAreThoseThatWereScheduled() {
    metered.listen(
        metered.stream(
            refuses(REFUSED), opens().events(1, 1).cut(), opens().events(2, 2).declaresEnd()));

    Duration all = metered.observer.delays().stream().reduce(Duration.ZERO, Duration::plus);
    Timer delay = timer("perennial.retry.delay");
    assertEquals(2, delay.count());
    assertEquals(all.toNanos(), delay.totalTime(NANOSECONDS), 1);
  }

  @Test
  void timeToConnectAndToTheFirstEventAreOfEachConnection() {
    metered.listen(
        metered.stream(
            opensAfter(ofSeconds(2)).silence(ofSeconds(3)).heartbeat().events(1, 3).cut(),
            opensAfter(ofSeconds(4)).cut(),
            refuses(REFUSED),
            opensAfter(ofSeconds(1)).events(4, 9).declaresEnd()));

    Timer connect = timer("perennial.connect");
    assertEquals(3, connect.count());
    assertEquals(2 + 4 + 1, connect.totalTime(SECONDS));
    assertEquals(4, connect.max(SECONDS));
    Timer first = timer("perennial.first.event");
    assertEquals(2, first.count());
    assertEquals(5 + 1, first.totalTime(SECONDS));
    assertEquals(5, first.max(SECONDS));
  }

  @Test
  void gaugesFollowALife() {
    metered.time.at(ofSeconds(1), () -> assertAlive(1, 0, Double.NaN)); // Connecting.
    metered.time.at(ofSeconds(5), () -> assertAlive(1, 1, 3));
    metered.time.at(ofSeconds(12), () -> assertAlive(1, 1, 2));
    metered.time.at(ofSeconds(20), () -> metered.recorder.subscription().park());
    metered.time.at(ofSeconds(21), () -> assertAlive(1, 0, Double.NaN));
    metered.time.at(ofSeconds(30), () -> metered.recorder.subscription().unpark());
    metered.time.at(ofSeconds(35), () -> assertAlive(1, 1, 5));
    metered.time.at(ofSeconds(40), metered.recorder::close);
    metered.time.at(ofSeconds(41), () -> assertAlive(0, 0, Double.NaN));
    var stream =
        metered.stream(opensAfter(ofSeconds(2)).silence(ofSeconds(8)).events(1, 1), opens());
    assertAlive(0, 0, Double.NaN);

    metered.listen(stream);

    assertAlive(0, 0, Double.NaN);
    assertEquals(2, metered.count("perennial.disconnects", Reason.ENDED)); // Parked and closed.
    assertEquals(1, metered.sum("perennial.reconnects"));
    assertEquals(0, metered.sum("perennial.failed.attempts"));
  }

  private void assertAlive(int subscriptions, int connections, double lastByteAge) {
    assertEquals(subscriptions, metered.gauge("perennial.subscriptions"));
    assertEquals(connections, metered.gauge("perennial.connections"));
    assertEquals(
        lastByteAge, metered.registry.get("perennial.last.byte.age").timeGauge().value(SECONDS));
  }

  @Test
  void ageOfTheLastByteIsTheLongestOfAll() {
    StreamMetrics metrics = StreamMetrics.of(metered.registry, "ticks");
    metered.time.at(
        ofSeconds(8),
        () -> {
          Metered other = new Metered(); // Alive at the same time, on a clock of its own.
          other.time.at(ofSeconds(3), () -> assertAlive(2, 2, 8));
          other.time.at(ofSeconds(20), () -> assertAlive(2, 2, 20));
          other.time.at(ofSeconds(21), other.recorder::close);
          other.listen(other.stream(metrics, opens()));
          assertAlive(1, 1, 8);
        });
    metered.time.at(ofSeconds(9), metered.recorder::close);

    metered.listen(metered.stream(metrics, opens()));

    assertAlive(0, 0, Double.NaN);
  }

  @Test
  void abandonedAttemptIsNotCountedAsAFailure() {
    metered.time.at(ofSeconds(3), metered.recorder::close);

    metered.listen(metered.stream(opensAfter(ofSeconds(10))));

    assertEquals(0, metered.sum("perennial.failed.attempts"));
    assertEquals(0, metered.sum("perennial.disconnects"));
    assertAlive(0, 0, Double.NaN);
  }

  // ---- The end ----

  @Test
  void subscriptionThatFailsIsCountedByItsReason() {
    metered.listen(metered.stream(refuses(REFUSED)).withRetry(RetryPolicy.never()));

    assertEquals(Reason.CONNECT, metered.recorder.takeFailure().reason());
    assertEquals(1, metered.count("perennial.failed.subscriptions", Reason.CONNECT));
    assertEquals(1, metered.sum("perennial.failed.subscriptions"));
  }

  @Test
  void connectionOfAConsumerThatThrowsHasEndedToo() {
    metered.recorder.onEvent(
        event -> {
          throw new IllegalStateException("defect");
        });

    metered.listen(metered.stream(opens().events(1, 1)));

    metered.recorder.assertEvents("1");
    metered.recorder.takeFailure();
    assertEquals(1, metered.count("perennial.disconnects", Reason.CONSUMER));
    assertEquals(1, metered.count("perennial.failed.subscriptions", Reason.CONSUMER));
    assertAlive(0, 0, Double.NaN);
  }

  // ---- The age of events ----

  @Test
  void ageIsSinceTheTimeThatTheEventSays() {
    metered.listen(
        metered.stream(
            StreamMetrics.builder(metered.registry, "ticks").eventTime(timeOf()).build(),
            opens()
                .event("1", at(Duration.ZERO))
                .silence(ofSeconds(10))
                .event("2", at(ofSeconds(7)))
                .event("3", "no time")
                .event("4", at(ofSeconds(99))) // A clock that is ahead.
                .declaresEnd()));

    Timer age = timer("perennial.event.age");
    assertEquals(3, age.count());
    assertEquals(3_000, age.totalTime(MILLISECONDS));
  }

  @Test
  void ageOfAnImpossibleTimeEndsNothing() {
    metered.listen(
        metered.stream(
            StreamMetrics.builder(metered.registry, "ticks").eventTime(timeOf()).build(),
            opens()
                .event("1", Instant.MAX.toString())
                .event("2", Instant.MIN.toString())
                .declaresEnd()));

    metered.recorder.assertEvents(Instant.MAX.toString(), Instant.MIN.toString());
    metered.recorder.assertCompleted();
    assertEquals(100 * 365.25, timer("perennial.event.age").max(DAYS), 1);
  }

  @Test
  void ageNeedsAFunction() {
    StreamMetrics.of(metered.registry, "ticks");

    assertEquals(List.of(), List.copyOf(metered.registry.find("perennial.event.age").meters()));
  }

  @Test
  void functionThatThrowsEndsTheSubscriptionAsAnyObserver() {
    metered.listen(
        metered.stream(
            StreamMetrics.builder(metered.registry, "ticks").eventTime(timeOf()).build(),
            opens().events(1, 1)));

    StreamException failure = metered.recorder.takeFailure();
    assertEquals(Reason.CONSUMER, failure.reason());
    assertEquals(0, metered.gauge("perennial.subscriptions"));
  }

  private static Function<Event<?>, @Nullable Instant> timeOf() {
    return event ->
        event.data().equals("no time") ? null : Instant.parse(String.valueOf(event.data()));
  }

  private static String at(Duration sinceStart) {
    return Metered.START.plus(sinceStart).toString();
  }

  private Timer timer(String name) {
    return metered.registry.get(name).timer();
  }

  // ---- Names and tags ----

  @Test
  void tagsAreTheStreamTheCallersOwnAndTheReason() {
    StreamMetrics.builder(metered.registry, "ticks").tags(Tags.of("region", "eu")).build();

    for (var meter : metered.registry.getMeters()) {
      List<String> keys = meter.getId().getTags().stream().map(Tag::getKey).toList();
      boolean hasReason = keys.contains("reason");
      assertEquals(
          hasReason ? List.of("reason", "region", "stream") : List.of("region", "stream"), keys);
      assertEquals("ticks", meter.getId().getTag("stream"));
      assertEquals("eu", meter.getId().getTag("region"));
    }
  }

  @Test
  void tagsThatAreSetHereAreRefused() {
    var builder = StreamMetrics.builder(metered.registry, "ticks");

    Stream.of("stream", "reason")
        .forEach(
            key ->
                assertEquals(
                    "tags must not have the key " + key + ", which is set here",
                    assertThrows(
                            IllegalArgumentException.class, () -> builder.tags(Tags.of(key, "x")))
                        .getMessage()));
    assertEquals(
        "stream must not be empty",
        assertThrows(IllegalArgumentException.class, () -> StreamMetrics.of(metered.registry, ""))
            .getMessage());
  }

  @Test
  void everyMeterIsThereFromTheStartAndAtZero() {
    StreamMetrics.builder(metered.registry, "ticks").eventTime(event -> null).build();

    for (var meter : metered.registry.getMeters()) {
      meter
          .measure()
          .forEach(
              one -> {
                double value = one.getValue();
                assertEquals(0, Double.isNaN(value) ? 0 : value, () -> meter.getId().toString());
              });
    }
    assertEquals(
        9 + 4 + 4 * Reason.values().length + Gap.Reason.values().length - 1 + 4,
        metered.registry.getMeters().size());
  }

  // ---- Several observers ----

  @Test
  void observersOfOneNameCountTogether() {
    MeterRegistry registry = new SimpleMeterRegistry();
    StreamMetrics first = StreamMetrics.of(registry, "ticks");
    StreamMetrics second = StreamMetrics.of(registry, "ticks");
    StreamMetrics other = StreamMetrics.of(registry, "trades");

    metered.time.at(
        ofSeconds(1),
        () -> {
          StreamSubscription live = metered.recorder.subscription();
          second.onConnecting(live, 1);
          second.onOpened(live, ofSeconds(1));
          assertEquals(
              2, registry.get("perennial.connections").tag("stream", "ticks").gauge().value());
          assertEquals(
              0, registry.get("perennial.connections").tag("stream", "trades").gauge().value());
          other.onConnecting(live, 1);
          assertEquals(
              1, registry.get("perennial.subscriptions").tag("stream", "trades").gauge().value());
          second.onClosed(live, null);
          other.onClosed(live, null);
          assertEquals(
              1, registry.get("perennial.connections").tag("stream", "ticks").gauge().value());
        });
    metered.time.at(ofSeconds(2), metered.recorder::close);
    metered.listen(metered.stream(first, opens()));

    assertEquals(2, registry.get("perennial.connect").tag("stream", "ticks").timer().count());
    assertEquals(0, registry.get("perennial.subscriptions").tag("stream", "ticks").gauge().value());
  }

  @Test
  void aRegistryThatWasClearedGetsItsGaugesAgain() {
    StreamMetrics.of(metered.registry, "ticks");
    int meters = metered.registry.getMeters().size();
    metered.registry.clear();

    StreamMetrics.of(metered.registry, "ticks");

    assertEquals(meters, metered.registry.getMeters().size());
  }
}
