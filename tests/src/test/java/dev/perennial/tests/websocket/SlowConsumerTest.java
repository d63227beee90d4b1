package dev.perennial.tests.websocket;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.tests.Eventually;
import dev.perennial.websocket.WebSockets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A consumer that is slow, or asks for nothing, never makes a healthy connection fail. */
@Timeout(60)
class SlowConsumerTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final Duration PING = ofMillis(20);
  private static final int QUEUED = 50;

  private final EventRecorder<String> paused =
      EventRecorder.<String>requesting(1).waitingAtMost(PATIENCE);
  private final RecordingObserver observer = RecordingObserver.create();
  private final FakeEventLog log = FakeEventLog.create();

  private void append(int from, int to) {
    IntStream.rangeClosed(from, to).forEach(i -> log.append("" + i));
  }

  private static String[] messages(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(i -> "{\"id\":\"" + i + "\",\"data\":\"" + i + "\"}")
        .toArray(String[]::new);
  }

  private static WebSockets.Builder client(FakeWebSocketServer server) {
    return WebSockets.builder(server.uri("/ticks").toString());
  }

  private void subscribe(WebSockets.Builder client) {
    client.stream()
        .withRetry(RetryPolicy.exponential(ofSeconds(30), ofSeconds(30)))
        .withStaleAfter(ofSeconds(10))
        .withObserver(observer)
        .subscribe(paused.subscriber());
  }

  @Test
  void tenPingIntervalsWithoutDemandKeepTheConnection() throws Exception {
    append(1, QUEUED);
    try (FakeWebSocketServer server =
        FakeWebSocketServer.builder(log).heartbeatEvery(PING).start()) {
      subscribe(client(server).pingEvery(PING).inboundQueue(QUEUED, 1_000_000));
      paused.assertEvents(messages(1, 1));

      Eventually.holds(
          "ten pings went each way", () -> server.pings() >= 10 && server.pongs() >= 10);
      paused.request(Long.MAX_VALUE);

      paused.assertEvents(messages(2, QUEUED));
      assertEquals(1, server.requests().size());
      assertEquals(List.of(), observer.lines("disconnected"));
      paused.close();
    }
  }

  @Test
  void fullQueueClosesTheConnectionAndLosesNothing() throws Exception {
    append(1, 1_000);
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      subscribe(client(server).cursorParameter("since").inboundQueue(QUEUED, 1_000_000));
      paused.assertEvents(messages(1, 1));

      assertEquals(1000, server.takeCloseCode(PATIENCE)); // While nobody asks for events.
      Eventually.holds("no connection is left", () -> server.liveConnections() == 0);
      paused.request(Long.MAX_VALUE);

      // With delays of up to 30 s: closing it is not a failure, and nothing waits.
      paused.assertEvents(messages(2, 1_000));
      server.takeRequest(PATIENCE);
      // What the queue held was delivered, too.
      assertEquals(QUEUED + 1, Integer.parseInt(server.takeRequest(PATIENCE).cursor()), 1);
      paused.close();
    }
  }

  @Test
  void withAHeartbeatOfTheApplicationTheServerIsHeldBackInstead() throws Exception {
    String large = "x".repeat(10_000);
    for (int i = 0; i < 2_000; i++) { // More than the buffers of two sockets hold.
      log.append(large);
    }
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      subscribe(
          client(server)
              .cursorParameter("since")
              .heartbeatEvery(PING, "alive")
              .inboundQueue(QUEUED, 1_000_000));
      assertTrue(paused.takeEvent().data().startsWith("{\"id\":\"1\","));

      Eventually.holds("ten heartbeats came", () -> server.received().size() >= 10);
      assertEquals("alive", server.takeMessage(PATIENCE).text());
      assertEquals(0, server.pings());
      paused.request(Long.MAX_VALUE);

      for (int i = 2; i <= 2_000; i++) {
        assertTrue(paused.takeEvent().data().startsWith("{\"id\":\"" + i + "\","));
      }
      assertEquals(1, server.requests().size());
      paused.close();
    }
  }

  @Test
  void oneMessageAlwaysFitsInTheQueue() throws Exception {
    log.append("x".repeat(100_000));
    append(2, 3);
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      subscribe(client(server).cursorParameter("since").inboundQueue(10, 1_000));
      assertTrue(paused.takeEvent().data().contains("xxx"));
      paused.request(Long.MAX_VALUE);
      paused.assertEvents(messages(2, 3));
      paused.close();
    }
  }
}
