package dev.perennial.tests.websocket;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamRuntime;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.tests.Eventually;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSocketSender.Outcome;
import dev.perennial.websocket.WebSockets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dead paths are noticed, and neither a busy nor a paused side is taken for one. */
@Timeout(60)
class LivenessTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final RetryPolicy QUICK = RetryPolicy.fixed(ofMillis(5));

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);
  private final RecordingObserver observer = RecordingObserver.create();

  @Test
  void aPathThatDiesUnderABusyFeedIsReplacedAtThePingTimeout() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    CountDownLatch over = new CountDownLatch(1);
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              boolean isFirst = connections.incrementAndGet() == 1;
              for (int i = 1; i <= 20; i++) {
                socket.send(WebSocketFrame.text((isFirst ? "a" : "b") + i));
              }
              over.await(20, TimeUnit.SECONDS); // No byte more, and no pong.
            })) {
      WebSockets.builder(server.uri("/").toString())
          .pingEvery(ofMillis(100))
          .pingTimeout(ofMillis(200))
          .stream()
          .withRetry(QUICK)
          .withObserver(observer)
          .subscribe(recorder.listener());
      for (int i = 1; i <= 20; i++) {
        assertEquals("a" + i, recorder.takeEvent().data());
      }
      recorder.takeGap();
      assertEquals("b1", recorder.takeEvent().data());
      over.countDown();
      recorder.close();
    }
    String end = observer.lines("disconnected").get(0);
    assertTrue(end.contains("STALE"), end);
  }

  @Test
  void anotherNetworkHasADeadPathReplacedWithinSeconds() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    CountDownLatch over = new CountDownLatch(1);
    Switch monitor = new Switch();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("" + connections.incrementAndGet()));
              over.await(20, TimeUnit.SECONDS);
            })) {
      WebSockets.builder(server.uri("/").toString()).stream()
          .withRuntime(StreamRuntime.builder().networkMonitor(monitor).build())
          .withRetry(QUICK)
          .withObserver(observer)
          .subscribe(recorder.listener());
      assertEquals("1", recorder.takeEvent().data());
      monitor.change();
      recorder.takeGap();
      assertEquals("2", recorder.takeEvent().data());
      over.countDown();
      recorder.close();
    }
    String end = observer.lines("disconnected").get(0);
    assertEquals("disconnected ENDED", end);
  }

  /** There is always a network, but not always the same. */
  private static final class Switch implements NetworkMonitor {
    private final AtomicInteger network = new AtomicInteger();
    private volatile Runnable listener = () -> {};

    @Override
    public boolean isOnline() {
      return true;
    }

    @Override
    public Object network() {
      return network.get();
    }

    @Override
    public Listening listen(Runnable onChange) {
      listener = onChange;
      return () -> listener = () -> {};
    }

    void change() {
      network.incrementAndGet();
      listener.run();
    }
  }

  @Test
  void aServerThatSendsEventsInsteadOfPongsIsAlive() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              connections.incrementAndGet();
              for (int i = 1; i <= 60; i++) {
                socket.send(WebSocketFrame.text("" + i));
                TimeUnit.MILLISECONDS.sleep(20);
              }
              socket.awaitClose(PATIENCE);
            })) {
      WebSockets.builder(server.uri("/").toString())
          .pingEvery(ofMillis(100))
          .pingTimeout(ofMillis(400))
          .stream()
          .withRetry(QUICK)
          .subscribe(recorder.listener());
      for (int i = 1; i <= 60; i++) {
        assertEquals("" + i, recorder.takeEvent().data());
      }
      assertEquals(1, connections.get());
      recorder.close();
    }
  }

  @Test
  void whileAPausedConsumerHoldsTheServerBackOurPingsGoOnAndMayBeUnanswered() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    int events = 2_000;
    for (int i = 0; i < events; i++) { // More than the buffers of two sockets hold.
      log.append("x".repeat(10_000));
    }
    EventRecorder<String> paused = EventRecorder.<String>requesting(1).waitingAtMost(PATIENCE);
    // A server that cannot send cannot send pongs either.
    try (FakeWebSocketServer server = FakeWebSocketServer.builder(log).withoutPongs().start()) {
      WebSockets.builder(server.uri("/ticks").toString())
          .pingEvery(ofMillis(100))
          .pingTimeout(ofMillis(1_500))
          .inboundQueue(50, 1_000_000)
          .stream()
          .withRetry(QUICK)
          .withObserver(observer)
          .subscribe(paused.subscriber());
      paused.takeEvent();
      Eventually.holds("thirty pings came", () -> server.pings() >= 30);
      paused.request(Long.MAX_VALUE);
      for (int i = 1; i < events; i++) {
        paused.takeEvent();
      }
      assertEquals(List.of(), observer.lines("disconnected"));
      assertEquals(1, server.requests().size());
      paused.close();
    }
  }

  @Test
  void theServersPingsAreAnsweredWhileALargeMessageIsSent() throws Exception {
    WebSocketSender sender = WebSocketSender.create();
    int pings = 5;
    CountDownLatch done = new CountDownLatch(1);
    List<String> seen = new ArrayList<>();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("go"));
              int read = 0;
              int pongs = 0;
              boolean isWhole = false;
              while (!isWhole) {
                WebSocketFrame frame = socket.read(PATIENCE);
                read++;
                if (frame.opcode() == WebSocketFrame.PONG) {
                  seen.add(frame.text());
                  pongs++;
                } else {
                  isWhole = frame.isFinal();
                }
                if (read % 100 == 1 && read / 100 < pings) {
                  socket.send(WebSocketFrame.ping("p" + read / 100));
                }
              }
              seen.add("whole after " + pongs);
              done.countDown();
              socket.awaitClose(PATIENCE);
            })) {
      WebSockets.builder(server.uri("/").toString()).sender(sender).stream()
          .subscribe(recorder.listener());
      recorder.takeEvent();
      assertEquals(Outcome.ACCEPTED, sender.send(new byte[12 * 1024 * 1024]));
      assertTrue(done.await(20, TimeUnit.SECONDS));
      recorder.close();
    }
    assertEquals(List.of("p0", "p1", "p2", "p3", "p4", "whole after 5"), seen);
  }

  @Test
  void closeSendsAcceptedMessagesBeforeTheClosingHandshake() throws Exception {
    WebSocketSender sender = WebSocketSender.create();
    List<String> seen = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("go"));
              int messages = 0;
              WebSocketFrame frame = socket.read(PATIENCE);
              while (frame.opcode() != WebSocketFrame.CLOSE) {
                messages += frame.isFinal() ? 1 : 0;
                TimeUnit.MILLISECONDS.sleep(1); // About a second for all.
                frame = socket.read(PATIENCE);
              }
              seen.add(messages + " messages, then " + frame.closeCode());
              socket.send(WebSocketFrame.close(1000, ""));
              done.countDown();
            })) {
      WebSockets.builder(server.uri("/").toString()).sender(sender).closeTimeout(PATIENCE).stream()
          .subscribe(recorder.listener());
      recorder.takeEvent();
      for (int i = 0; i < 150; i++) {
        assertEquals(Outcome.ACCEPTED, sender.send(new byte[100 * 1024]));
      }
      recorder.close();
      assertTrue(done.await(20, TimeUnit.SECONDS));
    }
    assertEquals(List.of("150 messages, then 1000"), seen);
  }

  @Test
  void aBurstOnEachConnectionDoesNotLoopForASlowConsumerWithoutACursor() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    for (int i = 0; i < 500; i++) {
      log.append("" + i);
    }
    EventRecorder<String> paused = EventRecorder.<String>requesting(1).waitingAtMost(PATIENCE);
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      WebSockets.builder(server.uri("/ticks").toString()).inboundQueue(10, 1_000_000).stream()
          .withRetry(QUICK)
          .subscribe(paused.subscriber());
      for (int i = 1; i <= 500; i++) {
        assertEquals("" + i, paused.takeEvent().id());
        paused.request(1);
      }
      assertEquals(1, server.requests().size());
      server.cutAll(Cut.FIN);
      paused.close();
    }
  }
}
