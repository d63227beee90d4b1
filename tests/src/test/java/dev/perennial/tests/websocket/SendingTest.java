package dev.perennial.tests.websocket;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Gap;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.json.Json;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.tests.Eventually;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSocketSender.Outcome;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent, when and what becomes of it. */
@Timeout(60)
class SendingTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final RetryPolicy QUICK = RetryPolicy.fixed(ofMillis(5));
  private static final int SIXTEEN_MEBIBYTES = 16 * 1024 * 1024;

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);
  private final FakeEventLog log = FakeEventLog.create();
  private final WebSocketSender sender = WebSocketSender.create();

  private static WebSockets.Builder client(FakeWebSocketServer server) {
    return WebSockets.builder(server.uri("/ticks").toString());
  }

  @Test
  void resumeMessageGoesFirstOnEachConnection() throws Exception {
    log.append("one");
    try (FakeWebSocketServer server =
        FakeWebSocketServer.builder(log).resumingByMessage().start()) {
      client(server)
          .onOpen(
              (out, cursor) ->
                  out.send("{\"since\":" + (cursor == null ? null : "\"" + cursor + "\"") + "}"))
          .stream()
          .withRetry(QUICK)
          .subscribe(recorder.listener());
      assertEquals("1", recorder.takeEvent().id());
      server.cutAll(Cut.RST);
      log.append("two");
      assertEquals("2", recorder.takeEvent().id());
      assertEquals("{\"since\":null}", server.takeMessage(PATIENCE).text());
      assertEquals("{\"since\":\"1\"}", server.takeMessage(PATIENCE).text());
      recorder.close();
    }
  }

  @Test
  void eachConnectionSendsTheCurrentSubscriptions() throws Exception {
    log.append("one");
    Set<String> symbols = new ConcurrentSkipListSet<>(Set.of("A"));
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      client(server).sender(sender).onOpen(out -> symbols.forEach(out::send)).stream()
          .withRetry(QUICK)
          .subscribe(recorder.listener());
      recorder.takeEvent();
      symbols.add("B");
      assertEquals(Outcome.ACCEPTED, sender.send("B"));
      symbols.remove("A");
      assertEquals("A", server.takeMessage(PATIENCE).text());
      assertEquals("B", server.takeMessage(PATIENCE).text());
      server.cutAll(Cut.FIN);
      // Neither what was taken back nor anything twice.
      assertEquals("B", server.takeMessage(PATIENCE).text());
      assertEquals(3, server.received().size());
      recorder.close();
    }
  }

  @Test
  void handlerThatAsksForNoCursorDoesNotHideAGap() throws Exception {
    log.append("one");
    try (FakeWebSocketServer server = FakeWebSocketServer.builder(log).startingLive().start()) {
      client(server).onOpen(out -> out.send("subscribe")).stream()
          .withRetry(QUICK)
          .subscribe(recorder.listener());
      server.takeMessage(PATIENCE);
      log.append("two");
      assertEquals("2", recorder.takeEvent().id());
      server.cutAll(Cut.RST);
      assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
      recorder.close();
    }
  }

  @Test
  void messagesSentDuringTheHandlerFollowItsOwn() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      List<Outcome> outcomes = new CopyOnWriteArrayList<>();
      client(server)
          .sender(sender)
          .onOpen(
              (out, cursor) -> {
                outcomes.add(sender.send("second"));
                outcomes.add(out.send("first"));
              })
          .stream()
          .subscribe(recorder.listener());
      assertEquals("first", server.takeMessage(PATIENCE).text());
      assertEquals("second", server.takeMessage(PATIENCE).text());
      assertEquals(List.of(Outcome.ACCEPTED, Outcome.ACCEPTED), outcomes);
      recorder.close();
    }
  }

  @Test
  void nothingGoesOutAfterFirstMessagesThatFailed() throws Exception {
    log.append("one");
    List<Outcome> meanwhile = new ArrayList<>();
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      client(server)
          .sender(sender)
          .onOpen(
              (out, cursor) -> {
                meanwhile.add(sender.send("lost with its connection"));
                throw new IOException("no");
              })
          .stream()
          .withRetry(RetryPolicy.never())
          .subscribe(recorder.listener());
      recorder.takeFailure();

      assertEquals(List.of(Outcome.ACCEPTED), meanwhile);
      assertEquals(Outcome.CLOSED, sender.send("it is over"));
      assertEquals(0, server.received().size());
    }
  }

  @Test
  void sendHasADefiniteOutcome() throws Exception {
    log.append("one");
    assertEquals(Outcome.NOT_CONNECTED, sender.send("too early"));
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      client(server).sender(sender).stream()
          .withRetry(RetryPolicy.fixed(ofSeconds(30)))
          .subscribe(recorder.listener());
      recorder.takeEvent();
      assertEquals(Outcome.ACCEPTED, sender.send("hello"));
      assertEquals(Outcome.ACCEPTED, sender.send(new byte[] {0, 1}));
      assertEquals("hello", server.takeMessage(PATIENCE).text());
      assertTrue(server.takeMessage(PATIENCE).isBinary());
      assertEquals(Outcome.TOO_LARGE, sender.send(new byte[SIXTEEN_MEBIBYTES + 1]));
      server.cutAll(Cut.RST);
      Eventually.holds(
          "the cut was noticed", () -> sender.send("while away") == Outcome.NOT_CONNECTED);
      recorder.subscription().close();
      recorder.subscription().awaitClosed();
      assertEquals(Outcome.CLOSED, sender.send("it is over"));
    }
  }

  @Test
  void fullQueueRefusesAndNeverClosesTheSocket() throws Exception {
    CountDownLatch mayRead = new CountDownLatch(1);
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("{\"id\":1}"));
              assertTrue(mayRead.await(20, TimeUnit.SECONDS));
              long bytes = 0;
              while (bytes < 30L * 1024 * 1024) {
                bytes += socket.read(PATIENCE).payload().length;
              }
              socket.send(WebSocketFrame.text("{\"id\":2}"));
              socket.awaitClose(PATIENCE);
            })) {
      WebSockets.builder(server.uri("/").toString()).sender(sender).stream()
          .subscribe(recorder.listener());
      recorder.takeEvent();
      byte[] mebibyte = new byte[1024 * 1024];
      int accepted = 0;
      Outcome outcome = sender.send(mebibyte);
      while (outcome == Outcome.ACCEPTED) { // What the sockets hold, and then 16 MiB.
        accepted++;
        outcome = sender.send(mebibyte);
      }
      assertEquals(Outcome.QUEUE_FULL, outcome);
      mayRead.countDown();
      while (accepted < 30) {
        accepted += sender.send(mebibyte) == Outcome.ACCEPTED ? 1 : 0;
      }
      assertEquals("2", recorder.takeEvent().id());
      assertEquals(1, server.requests().size());
      recorder.close();
    }
  }

  @Test
  void senderServesOneLiveSubscription() throws Exception {
    log.append("one");
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      client(server).sender(sender).stream().subscribe(recorder.listener());
      recorder.takeEvent();
      EventRecorder<String> second = EventRecorder.<String>create().waitingAtMost(PATIENCE);
      client(server).sender(sender).stream().subscribe(second.listener());
      StreamException refused = second.takeFailure();
      assertEquals(Reason.PROTOCOL, refused.reason());
      assertTrue(refused.getMessage().contains("another one has it"), refused::getMessage);
      assertEquals(Outcome.ACCEPTED, sender.send("still mine"));
      recorder.subscription().close();
      recorder.subscription().awaitClosed();
      EventRecorder<String> third = EventRecorder.<String>create().waitingAtMost(PATIENCE);
      client(server).sender(sender).stream().subscribe(third.listener());
      third.takeEvent();
      third.close();
    }
  }

  @Test
  void controlMessagesAreAnsweredAndNotDelivered() throws Exception {
    log.append("one");
    try (FakeWebSocketServer server =
        FakeWebSocketServer.builder(log).pingMessageEvery(ofMillis(5)).start()) {
      client(server)
          .classify(
              payload ->
                  Json.field("/ping").apply(payload) != null
                      ? Payload.Kind.CONTROL
                      : Payload.Kind.EVENT)
          .onControl((out, ping) -> out.send(ping.text().replace("ping", "pong")))
          .stream()
          .subscribe(recorder.listener());
      assertEquals("1", recorder.takeEvent().id());
      Eventually.holds("twenty pongs came", () -> server.pongMessages() >= 20);
      recorder.close();
      recorder.assertExhausted();
    }
  }

  @Test
  void handlerThatThrowsEndsTheSubscriptionWithAnExplanation() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      client(server)
          .onOpen(
              (out, cursor) -> {
                throw new IllegalStateException("no session");
              })
          .stream()
          .withRetry(RetryPolicy.never())
          .subscribe(recorder.listener());
      StreamException failure = recorder.takeFailure();
      assertEquals(Reason.CONSUMER, failure.reason());
      assertTrue(
          failure.getMessage().endsWith("but it threw java.lang.IllegalStateException"),
          failure::getMessage);
    }
  }
}
