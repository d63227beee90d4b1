package dev.perennial.tests.websocket;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CloseOccasion;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How this side closes, and what it tells the server. */
@Timeout(60)
class ClosingTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final RetryPolicy QUICK = RetryPolicy.fixed(ofMillis(5));

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);
  private final FakeEventLog log = FakeEventLog.create();

  private static WebSockets.Builder client(FakeWebSocketServer server) {
    WebSockets.Builder client =
        WebSockets.builder(server.uri("/").toString()).cursorParameter("since");
    for (CloseOccasion occasion : CloseOccasion.values()) {
      client.closeCode(occasion, code(occasion));
    }
    return client;
  }

  private static int code(CloseOccasion occasion) {
    return 4000 + occasion.ordinal();
  }

  private void assertClosedWith(CloseOccasion occasion, FakeWebSocketServer server)
      throws InterruptedException {
    assertEquals(code(occasion), server.takeCloseCode(PATIENCE), occasion::toString);
  }

  @Test
  void closingAndParkingHaveTheirOwnCodes() throws Exception {
    log.append("one");
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      client(server).stream().withRetry(QUICK).subscribe(recorder.listener());
      recorder.takeEvent();
      recorder.subscription().park();
      assertClosedWith(CloseOccasion.PARK, server);
      recorder.subscription().unpark();
      log.append("two");
      recorder.takeEvent();
      recorder.subscription().close();
      assertClosedWith(CloseOccasion.CLOSE, server);
    }
  }

  @Test
  void rotationHasItsOwnCode() throws Exception {
    log.append("one");
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      client(server).stream()
          .withRetry(QUICK)
          .withMaxConnectionAge(ofMillis(300))
          .subscribe(recorder.listener());
      assertClosedWith(CloseOccasion.ROTATION, server);
      recorder.subscription().close();
    }
  }

  @Test
  void staleConnectionHasItsOwnCode() throws Exception {
    log.append("one");
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      client(server).pingEvery(ofHours(1)).stream()
          .withRetry(QUICK)
          .withStaleAfter(ofMillis(100))
          .subscribe(recorder.listener());
      assertClosedWith(CloseOccasion.STALE, server);
      recorder.subscription().close();
    }
  }

  @Test
  void connectionThatIsPutAwayHasItsOwnCode() throws Exception {
    for (int i = 0; i < 100; i++) {
      log.append("event " + i);
    }
    CountDownLatch mayGoOn = new CountDownLatch(1);
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      StreamSubscription slow =
          client(server).inboundQueue(4, 1_000_000).stream()
              .withRetry(QUICK)
              .subscribe(event -> mayGoOn.await());
      assertClosedWith(CloseOccasion.PUT_AWAY, server);
      slow.close();
      mayGoOn.countDown();
    }
  }

  @Test
  void consumerThatThrowsHasItsOwnCode() throws Exception {
    log.append("one");
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      EventStream<String> stream = client(server).stream();
      stream.subscribe(
          event -> {
            throw new IllegalStateException("no");
          });
      assertClosedWith(CloseOccasion.FAILURE, server);
    }
  }

  @Test
  void oneCodeMayBeSetForAllOccasions() throws Exception {
    log.append("one");
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      client(server).closeCode(4321).stream().subscribe(recorder.listener());
      recorder.takeEvent();
      recorder.subscription().close();
      assertEquals(4321, server.takeCloseCode(PATIENCE));
    }
  }

  @Test
  void codeThatMustNotBeSentIsRefused() {
    WebSockets.Builder client = WebSockets.builder("ws://127.0.0.1/");
    assertThrows(IllegalArgumentException.class, () -> client.closeCode(CloseOccasion.PARK, 1006));
    assertThrows(IllegalArgumentException.class, () -> client.closeCode(1005));
  }

  @Test
  void closeNowCutsAConnectionThatStillWaitsForTheServer() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch isGone = new CountDownLatch(1);
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("event"));
              socket.awaitClose(PATIENCE); // And does not answer it.
              closing.countDown();
              try {
                socket.read(PATIENCE);
              } catch (IOException e) {
                // Reset.
              }
              isGone.countDown();
            })) {
      WebSockets.builder(server.uri("/").toString()).closeTimeout(ofHours(1)).stream()
          .subscribe(recorder.listener());
      recorder.takeEvent();
      recorder.subscription().close();
      assertTrue(closing.await(20, TimeUnit.SECONDS));
      assertTrue(recorder.subscription().awaitClosed(PATIENCE));
      assertEquals(1, isGone.getCount());

      recorder.subscription().closeNow();

      assertTrue(isGone.await(15, TimeUnit.SECONDS)); // Less than the server's patience.
    }
  }

  @Test
  void closeNowSendsNothingMore() throws Exception {
    CountDownLatch mayRead = new CountDownLatch(1);
    CountDownLatch isGone = new CountDownLatch(1);
    WebSocketSender sender = WebSocketSender.create();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("event"));
              assertTrue(mayRead.await(20, TimeUnit.SECONDS));
              try {
                while (socket.read(PATIENCE) != null) {
                  // What was on its way.
                }
              } catch (IOException e) {
                // Cut within a message.
              }
              isGone.countDown();
            })) {
      WebSockets.builder(server.uri("/").toString())
          .sender(sender)
          .closeTimeout(ofHours(1))
          .stream()
          .subscribe(recorder.listener());
      recorder.takeEvent();
      for (int i = 0; i < 15; i++) { // More than the buffers of the sockets hold.
        assertEquals(WebSocketSender.Outcome.ACCEPTED, sender.send(new byte[1 << 20]));
      }
      recorder.subscription().closeNow();
      assertTrue(recorder.subscription().awaitClosed(PATIENCE));
      mayRead.countDown();
      assertTrue(isGone.await(15, TimeUnit.SECONDS));
    }
  }
}
