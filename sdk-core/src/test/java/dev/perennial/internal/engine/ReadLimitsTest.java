package dev.perennial.internal.engine;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.perennial.internal.settings.SubscriptionSettings;
import dev.perennial.internal.time.Nanos;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadLimitsTest {
  private final ReadLimits learned = limits(null);
  private final ReadLimits fixed = limits(ofSeconds(7));

  private static ReadLimits limits(@Nullable Duration staleAfter) {
    return new ReadLimits(
        "the stream",
        new SubscriptionSettings.Limits(
            ofSeconds(30), null, staleAfter, null, ofMinutes(5), /* isFailFast= */ false));
  }

  @Test
  void fiveMinutesUntilAHeartbeat() {
    assertLimit(ofMinutes(5), learned);
  }

  @Test
  void threeTimesTheLongestInterval() {
    heartbeat(ofSeconds(40));
    heartbeat(ofSeconds(30));

    assertLimit(ofSeconds(120), learned);
  }

  @Test
  void leastIsAMinute() {
    heartbeat(ofSeconds(5));
    assertLimit(ofSeconds(60), learned);

    heartbeat(ofSeconds(20).plusNanos(1));
    assertLimit(ofSeconds(60).plusNanos(3), learned);
  }

  @Test
  void mayExceedTheFirstFiveMinutes() {
    heartbeat(ofMinutes(4));

    assertLimit(ofMinutes(12), learned);
  }

  @Test
  void lessThanASecondIsNoInterval() {
    heartbeat(Duration.ZERO);
    heartbeat(ofMillis(999));
    assertLimit(ofMinutes(5), learned);

    heartbeat(ofSeconds(1));
    assertLimit(ofSeconds(60), learned);
  }

  @Test
  void fixedLimitLearnsNothing() {
    fixed.heartbeatAfter(ofHours(1).toNanos());
    fixed.staleReached();

    assertLimit(ofSeconds(7), fixed);
  }

  @Test
  void limitThatWasReachedIsDoubtedUntilTheNextHeartbeat() {
    heartbeat(ofSeconds(40));

    learned.staleReached();
    assertLimit(ofMinutes(5), learned);
    heartbeat(ofSeconds(10));

    assertLimit(ofSeconds(120), learned);
  }

  @Test
  void longLimitIsNotShortenedByBeingReached() {
    heartbeat(ofMinutes(4));

    learned.staleReached();

    assertLimit(ofMinutes(12), learned);
  }

  @Test
  void doesNotOverflow() {
    learned.heartbeatAfter(Nanos.FOREVER / 2);

    assertEquals(Nanos.FOREVER, learned.deadlines().noByteNanos());
  }

  @Test
  void makesNothingNewWhileNothingIsLearned() {
    heartbeat(ofSeconds(40));
    var before = learned.deadlines();

    heartbeat(ofSeconds(39));

    assertSame(before, learned.deadlines());
  }

  private void heartbeat(Duration silence) {
    learned.heartbeatAfter(silence.toNanos());
  }

  private static void assertLimit(Duration expected, ReadLimits limit) {
    assertEquals(expected.toNanos(), limit.deadlines().noByteNanos());
    assertEquals(ofMinutes(5).toNanos(), limit.deadlines().oneEventNanos());
  }
}
