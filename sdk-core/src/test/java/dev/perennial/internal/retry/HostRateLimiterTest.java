package dev.perennial.internal.retry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HostRateLimiterTest {
  private static final long START = Long.MAX_VALUE - 1_000_000_000L; // The clock overflows soon.

  private final HostRateLimiter limiter =
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

  @Test
  void slotThatIsGivenBackGoesToTheLastWhoWaits() {
    takeAll(START, 100);
    List<String> movedUp = new ArrayList<>();
    HostRateLimiter.Slot first = limiter.take("a:443", START, () -> movedUp.add("first"));
    HostRateLimiter.Slot second = limiter.take("a:443", START, () -> movedUp.add("second"));
    HostRateLimiter.Slot third = limiter.take("a:443", START, () -> movedUp.add("third"));

    first.leave(START);

    assertEquals(List.of("third"), movedUp);
    assertEquals(ofMillis(20), wait(third, START));
    assertEquals(ofMillis(40), wait(second, START));
    assertEquals(ofMillis(60), take("a:443", START));
  }

  @Test
  void slotsOfWhomeverLeftAreFree() {
    takeAll(START, 100);
    List<HostRateLimiter.Slot> slots = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      slots.add(limiter.take("a:443", START, () -> {}));
    }
    HostRateLimiter.Slot stays = slots.remove(1_500);
    Collections.shuffle(slots, new Random(20_261_127));

    slots.forEach(slot -> slot.leave(START));

    assertEquals(ofMillis(20), wait(stays, START));
    assertEquals(ofMillis(40), take("a:443", START));
  }

  @Test
  void slotThatWasUsedIsSpent() {
    takeAll(START, 100);
    HostRateLimiter.Slot used = limiter.take("a:443", START, () -> {});
    long later = START + ofMillis(20).toNanos();

    used.leave(later);

    assertEquals(ofMillis(20), take("a:443", later));
  }

  private void takeAll(long now, int count) {
    for (int i = 0; i < count; i++) {
      assertEquals(Duration.ZERO, take("a:443", now), "token " + i);
    }
  }

  private Duration take(String host, long now) {
    return wait(limiter.take(host, now, () -> {}), now);
  }

  /** A slot that is due has no wait, however long ago that was. */
  private static Duration wait(HostRateLimiter.Slot slot, long now) {
    return Duration.ofNanos(Math.max(0, slot.dueNanos() - now));
  }
}
