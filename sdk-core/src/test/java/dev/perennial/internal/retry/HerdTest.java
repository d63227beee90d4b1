package dev.perennial.internal.retry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A server that takes 2,000 connections in a second loses 20,000 clients at once: pure arithmetic
 * on the delays that a subscription would wait.
 */
class HerdTest {
  private static final int CLIENTS = 20_000;
  private static final int CAPACITY = 20; // In 10 ms.
  private static final long TICK = Duration.ofMillis(10).toNanos();

  private record Client(JitteredBackoff backoff, int failures, long nextNanos)
      implements Comparable<Client> {
    @Override
    public int compareTo(Client that) {
      return Long.compare(nextNanos, that.nextNanos);
    }

    Client afterFailure(long now) {
      return new Client(backoff, failures + 1, now + backoff.delayNanos(failures));
    }
  }

  private record Outcome(int attempts, int peakAfterFirstSecond, Duration recovered) {}

  @Test
  void fleetComesBack() {
    Random random = new Random(20_261_121);
    Outcome outcome = disconnectAll(random);

    // The capacity alone takes ten seconds; a doubling ceiling wastes a few times that.
    assertTrue(outcome.recovered.compareTo(Duration.ofSeconds(60)) < 0, outcome::toString);
    assertTrue(outcome.attempts < 6 * CLIENTS, outcome::toString);
  }

  @Test
  void peaksFallFast() {
    Random random = new Random(20_261_121);
    Outcome outcome = disconnectAll(random);

    // Without jitter every peak would be the whole fleet.
    assertTrue(outcome.peakAfterFirstSecond < CLIENTS / 100, outcome::toString);
  }

  @Test
  void fleetThatIsRefusedForALongTimeStaysSpread() {
    Random random = new Random(20_261_121);
    int[] seconds = new int[30];
    for (int client = 0; client < CLIENTS; client++) {
      JitteredBackoff backoff = newBackoff(random);
      long at = 0;
      for (int failures = 0; failures < 40; failures++) {
        at += backoff.delayNanos(failures);
      }
      seconds[(int) (at / 1_000_000_000L % 30)]++;
    }

    for (int second : seconds) {
      assertTrue(Math.abs(second - CLIENTS / 30) < 130, "in one second: " + second);
    }
  }

  private static Outcome disconnectAll(Random random) {
    PriorityQueue<Client> waiting = new PriorityQueue<>();
    for (int i = 0; i < CLIENTS; i++) {
      waiting.add(new Client(newBackoff(random), 0, 0).afterFailure(0));
    }
    int attempts = 0;
    int peak = 0;
    long tick = 0;
    while (!waiting.isEmpty()) {
      int inTick = 0;
      tick += TICK;
      while (!waiting.isEmpty() && waiting.peek().nextNanos < tick) {
        Client client = waiting.remove();
        inTick++;
        if (inTick > CAPACITY) {
          waiting.add(client.afterFailure(tick));
        }
      }
      attempts += inTick;
      peak = tick > Duration.ofSeconds(1).toNanos() ? Math.max(peak, inTick) : peak;
    }
    assertEquals(0, waiting.size());
    return new Outcome(attempts, peak, Duration.ofNanos(tick));
  }

  private static JitteredBackoff newBackoff(Random random) {
    return JitteredBackoff.exponential(
            Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMillis(100), 1_000_000)
        .create(new Jitter(random::nextDouble));
  }
}
