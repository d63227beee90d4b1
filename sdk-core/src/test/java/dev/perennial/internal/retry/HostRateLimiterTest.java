package dev.perennial.internal.retry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HostRateLimiterTest {
  private static final long START = Long.MAX_VALUE - 1_000_000_000L; // The clock overflows soon.

  private final HostRateLimiter budget =
      new HostRateLimiter(HostRateLimiter.DEFAULT_BURST, HostRateLimiter.DEFAULT_PER_SECOND);

  @Test
  void hundredAtOnceThenFiftyASecond() {
    takeAll(START, 100);

    assertEquals(ofMillis(20), take("a:443", START));
    assertEquals(ofMillis(40), take("a:443", START));
    assertEquals(ofMillis(60), take("a:443", START));
  }

  @Test
  void tokensComeBackFiftyASecond() {
    takeAll(START, 100);

    takeAll(START + ofSeconds(1).toNanos(), 50);

    assertEquals(ofMillis(20), take("a:443", START + ofSeconds(1).toNanos()));
  }

  @Test
  void idleHostSavesNoMoreThanABurst() {
    takeAll(START, 100);

    long later = START + Duration.ofHours(1).toNanos();
    takeAll(later, 100);

    assertEquals(ofMillis(20), take("a:443", later));
  }

  @Test
  void eachHostAndPortHasItsOwn() {
    takeAll(START, 100);

    assertEquals(ofMillis(20), take("a:443", START));
    assertEquals(Duration.ZERO, take("a:8443", START));
    assertEquals(Duration.ZERO, take("b:443", START));
  }

  @Test
  void manyHostsDoNotMakeABusyOneForgotten() {
    takeAll(START, 100);
    for (int i = 0; i < 10_000; i++) {
      take("host-" + i, START);
    }

    assertEquals(ofMillis(20), take("a:443", START));
  }

  private void takeAll(long now, int count) {
    for (int i = 0; i < count; i++) {
      assertEquals(Duration.ZERO, take("a:443", now), "token " + i);
    }
  }

  private Duration take(String host, long now) {
    return Duration.ofNanos(budget.takeNanos(host, now));
  }
}
