package dev.perennial.testkit;

import static dev.perennial.testkit.Bounded.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.RawClient.Received;
import dev.perennial.testkit.internal.RealTime;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChaosProxyShapingTest extends ChaosProxyFixture {

  @Test
  void latencyDelaysEachDirection() throws Exception {
    proxy.latency(Direction.TO_SERVER, Duration.ofMillis(60));
    proxy.latency(Direction.TO_CLIENT, Duration.ofMillis(60));

    long start = RealTime.nanoTime();
    Received received = get();

    assertEquals(new Received(ANSWER, false), received);
    assertTrue(Bounded.millisSince(start) >= 120);
  }

  @Test
  void calmEndsALongLatency() throws Exception {
    proxy.latency(Direction.TO_SERVER, Duration.ofHours(1));
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      Bounded.await("a connection", () -> proxy.counters().live() == 1);

      proxy.calm();

      assertEquals(new Received(ANSWER, false), client.readToEnd());
    }
  }

  @Test
  void latencyDoesNotLimitTheThroughput() throws Exception {
    handler = exchange -> exchange.write("x".repeat(3_000_000));
    proxy.latency(Direction.TO_CLIENT, Duration.ofMillis(200));

    long start = RealTime.nanoTime();
    Received received = get();

    assertEquals(3_000_000, received.text().length());
    // In lock-step, 64 KiB at a time, it would take nine seconds.
    assertTrue(Bounded.millisSince(start) < 5_000);
  }

  @Test
  void bandwidthIsNotExceeded() throws Exception {
    handler = exchange -> exchange.write("x".repeat(20_000));
    proxy.bandwidth(Direction.TO_CLIENT, 50_000);

    long start = RealTime.nanoTime();
    Received received = get();

    assertEquals(20_000, received.text().length());
    assertTrue(Bounded.millisSince(start) >= 380);
  }

  @Test
  void slicesArriveWithPausesBetween() throws Exception {
    handler = exchange -> exchange.write("12345678");
    proxy.slice(Direction.TO_CLIENT, 3, Duration.ofMillis(40));

    long start = RealTime.nanoTime();
    Received received = get();

    assertEquals(new Received("12345678", false), received);
    assertTrue(Bounded.millisSince(start) >= 80);
  }

  @Test
  void sliceIsNoLongerThanAsked() throws Exception {
    handler = exchange -> exchange.write("12345678");
    proxy.slice(Direction.TO_CLIENT, 3, Duration.ofHours(1));
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      assertEquals('1', client.read());
      assertEquals('2', client.read());
      assertEquals('3', client.read());

      assertTrue(isSilent(client, Duration.ofMillis(60)));
    }
  }

  @Test
  void calmEndsALongPause() throws Exception {
    handler = exchange -> exchange.write("12");
    proxy.slice(Direction.TO_CLIENT, 1, Duration.ofHours(1));
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      assertEquals('1', client.read());

      proxy.calm();

      assertEquals(new Received("2", false), client.readToEnd());
    }
  }

  @Test
  void heldBytesComeWhenThereAreEnough() throws Exception {
    handler =
        exchange -> {
          exchange.write("1234");
          exchange.input().read();
          exchange.write("5678");
        };
    proxy.hold(Direction.TO_CLIENT, 6);
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      assertTrue(isSilent(client, Duration.ofMillis(60)));
      client.send("go");

      assertEquals(new Received("12345678", false), client.readToEnd());
    }
  }

  @Test
  void heldBytesComeAtTheEndAndWhenCalm() throws Exception {
    proxy.hold(Direction.TO_CLIENT, 1_000);
    assertEquals(new Received(ANSWER, false), get());
    handler = this::oneByteAndWait;
    try (RawClient client = RawClient.get(proxy.port(), "/")) {
      assertTrue(isSilent(client, Duration.ofMillis(60)));

      proxy.calm();

      assertEquals('a', client.read());
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertEquals(
        "latency must be zero or more but was PT-1S",
        refusal(() -> proxy.latency(Direction.TO_CLIENT, Duration.ofSeconds(-1))));
    assertEquals(
        "bandwidth must be positive but was 0",
        refusal(() -> proxy.bandwidth(Direction.TO_CLIENT, 0)));
    assertEquals(
        "slice must be positive but was 0",
        refusal(() -> proxy.slice(Direction.TO_CLIENT, 0, Duration.ZERO)));
    assertEquals(
        "afterBytes must be zero or more but was -1",
        refusal(() -> proxy.cutNext(Direction.TO_CLIENT, -1, Cut.FIN)));
  }

  private static String refusal(Runnable setting) {
    return assertThrows(IllegalArgumentException.class, setting::run).getMessage();
  }

  private void oneByteAndWait(Exchange exchange) throws IOException, InterruptedException {
    exchange.write("a");
    exchange.awaitPeerClose(LIMIT);
  }
}
