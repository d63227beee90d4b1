package dev.perennial.tests.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.PayloadTransforms;
import dev.perennial.RetryPolicy;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.websocket.DisconnectException;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSocketSettings;
import dev.perennial.websocket.WebSockets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages between client and server that are no events: they do not wait for the consumer. */
@Timeout(60)
class ControlMessagesTest {
  private static final Duration PATIENCE = ofSeconds(20);

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);
  private final CountDownLatch answered = new CountDownLatch(1);

  @Test
  void aControlMessageIsAnsweredWhileTheConsumerIsBusy() throws Exception {
    recorder.onEvent(event -> assertTrue(answered.await(20, TimeUnit.SECONDS)));
    try (LoopbackServer server = LoopbackServer.start(this::asksAfterAnEvent)) {
      pinged(server).stream().subscribe(recorder.listener());

      assertEquals("event", recorder.takeEvent().data());
      recorder.close();
    }
  }

  @Test
  void aControlMessageIsAnsweredWhileNothingIsRequested() throws Exception {
    EventRecorder<String> none = EventRecorder.requesting(0);
    try (LoopbackServer server = LoopbackServer.start(this::asksAfterAnEvent)) {
      pinged(server).stream().subscribe(none.subscriber());

      assertTrue(answered.await(20, TimeUnit.SECONDS));
      none.close();
    }
  }

  private void asksAfterAnEvent(Exchange exchange) throws IOException {
    WebSocketExchange socket = WebSocketExchange.accept(exchange);
    socket.send(WebSocketFrame.text("ping 0"));
    socket.send(WebSocketFrame.text("event"));
    for (int i = 1; i <= 3; i++) {
      socket.send(WebSocketFrame.text("ping " + i));
    }
    for (int i = 0; i <= 3; i++) {
      assertEquals("pong " + i, nextText(socket));
    }
    answered.countDown();
    socket.awaitClose(PATIENCE);
  }

  private static WebSockets.Builder pinged(LoopbackServer server) {
    return WebSockets.builder(server.uri("/").toString())
        .classify(
            message ->
                message.text().startsWith("ping") ? Payload.Kind.CONTROL : Payload.Kind.EVENT)
        .onControl((out, message) -> out.send(message.text().replace("ping", "pong")));
  }

  @Test
  void aHandlerThatFailsEndsItsConnectionAndEventsBeforeAreDelivered() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    recorder.onEvent(event -> answered.countDown()); // So the connection is open.
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("event " + connections.incrementAndGet()));
              assertTrue(answered.await(20, TimeUnit.SECONDS));
              if (connections.get() == 1) {
                socket.send(WebSocketFrame.text("ping"));
              }
              socket.awaitClose(PATIENCE);
            })) {
      WebSockets.builder(server.uri("/").toString())
          .classify(
              message -> message.text().equals("ping") ? Payload.Kind.CONTROL : Payload.Kind.EVENT)
          .onControl(
              (out, message) -> {
                throw new IOException("no answer");
              })
          .stream()
          .withRetry(RetryPolicy.fixed(ofMillis(5)))
          .subscribe(recorder.listener());

      assertEquals("event 1", recorder.takeEvent().data());
      assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
      assertEquals("event 2", recorder.takeEvent().data());
      recorder.close();
    }
  }

  @Test
  void theEpochOfAControlMessageThatWasAnsweredCounts() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("ping a"));
              socket.send(WebSocketFrame.text("event 1"));
              socket.send(WebSocketFrame.text("ping b"));
              socket.send(WebSocketFrame.text("event 1"));
              socket.awaitClose(PATIENCE);
            })) {
      pinged(server)
          .epoch(message -> message.text().startsWith("ping") ? message.text().substring(5) : null)
          .stream()
          .withGapPolicy(GapPolicy.liveOnly())
          .subscribe(recorder.listener());

      assertEquals("event 1", recorder.takeEvent().data());
      assertEquals(Gap.Reason.NEW_EPOCH, recorder.takeGap().reason());
      assertEquals("event 1", recorder.takeEvent().data());
      recorder.close();
    }
  }

  @Test
  void eventsBeforeAControlMessageThatEndsAConnectionThatIsBeingOpenedAreDelivered()
      throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              int connection = connections.incrementAndGet();
              socket.send(WebSocketFrame.text("event " + connection));
              socket.send(WebSocketFrame.text("bye"));
              socket.send(WebSocketFrame.text("too late"));
              socket.awaitClose(PATIENCE);
            })) {
      WebSockets.builder(server.uri("/").toString())
          .onOpen(socket -> awaitAnswered())
          .classify(
              message -> {
                boolean isControl = message.text().equals("bye");
                if (message.text().equals("too late")) {
                  answered.countDown();
                }
                return isControl ? Payload.Kind.CONTROL : Payload.Kind.EVENT;
              })
          .onControl(
              (out, message) -> {
                throw DisconnectException.reconnect("the server asks for it");
              })
          .stream()
          .withRetry(RetryPolicy.fixed(ofMillis(5)))
          .subscribe(recorder.listener());

      assertEquals("event 1", recorder.takeEvent().data());
      assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
      assertEquals("event 2", recorder.takeEvent().data());
      recorder.close();
    }
  }

  private void awaitAnswered() throws IOException {
    try {
      assertTrue(answered.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  /** Whether the reader thread or the subscription's calls the handler. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theEpochOfAControlMessageThatEndsItsConnectionCounts(boolean isInHandshake)
      throws Exception {
    AtomicInteger connections = new AtomicInteger();
    List<String> resumedAfter = new CopyOnWriteArrayList<>();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              int connection = connections.incrementAndGet();
              socket.send(WebSocketFrame.text("session " + (connection == 3 ? "b" : "a")));
              resumedAfter.add(nextText(socket));
              if (connection == 2) {
                socket.send(WebSocketFrame.text("session none"));
              } else {
                socket.send(WebSocketFrame.text("{\"id\":\"1\"}"));
                if (connection == 1) {
                  assertEquals("next", nextText(socket));
                } else {
                  socket.awaitClose(PATIENCE);
                }
              }
            })) {
      WebSocketSender sender = WebSocketSender.create();
      WebSockets.builder(server.uri("/").toString())
          .sender(sender)
          .handshake(
              (socket, cursor) -> {
                socket.deliver(socket.receive());
                socket.send(String.valueOf(cursor));
                if (isInHandshake) {
                  socket.deliver(socket.receive());
                }
              })
          .classify(
              message ->
                  message.text().startsWith("session") ? Payload.Kind.CONTROL : Payload.Kind.EVENT)
          .epoch(message -> message.text().startsWith("session") ? message.text() : null)
          .onControl(
              (out, message) -> {
                if (message.text().endsWith("none")) {
                  throw DisconnectException.reconnect("the session is no more");
                }
              })
          .stream()
          .withGapPolicy(GapPolicy.liveOnly())
          .withRetry(RetryPolicy.fixed(ofMillis(5)))
          .subscribe(recorder.listener());

      assertEquals("{\"id\":\"1\"}", recorder.takeEvent().data());
      sender.send("next");
      assertEquals(Gap.Reason.NEW_EPOCH, recorder.takeGap().reason());
      assertEquals("{\"id\":\"1\"}", recorder.takeEvent().data());
      assertEquals(List.of("null", "1", "null"), resumedAfter);
      recorder.close();
    }
  }

  @Test
  void aBinaryMessageIsInflatedOnceAndPartedBeforeAnythingSeesIt() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.binary(gzip("event 1\u001eping\u001eev")));
              socket.send(WebSocketFrame.binary(gzip("ent 2\u001e")));
              assertEquals("pong", nextText(socket));
              socket.awaitClose(PATIENCE);
            })) {
      WebSockets.builder(server.uri("/").toString())
          .transform(
              PayloadTransforms.inOrder(
                  PayloadTransforms.gzip(), PayloadTransforms.terminatedBy('\u001e')))
          .classify(
              message -> {
                asked.incrementAndGet();
                return message.text().equals("ping") ? Payload.Kind.CONTROL : Payload.Kind.EVENT;
              })
          .onControl((out, message) -> out.send("pong"))
          .stream()
          .subscribe(recorder.listener());

      assertEquals("event 1", recorder.takeEvent().data());
      assertEquals("event 2", recorder.takeEvent().data());
      assertEquals(3, asked.get());
      recorder.close();
    }
  }

  @Test
  void heartbeatsAreSentAtTheIntervalThatTheServerNames() throws Exception {
    AtomicInteger last = new AtomicInteger();
    WebSocketSettings settings = WebSocketSettings.create();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("hello"));
              for (int i = 1; i <= 3; i++) {
                assertEquals("beat " + i, nextText(socket));
              }
              socket.send(WebSocketFrame.text("event"));
              socket.awaitClose(PATIENCE);
            })) {
      WebSockets.builder(server.uri("/").toString())
          .settings(settings)
          .heartbeatEvery(Duration.ofHours(1), () -> "beat " + last.incrementAndGet())
          .classify(
              message -> message.text().equals("hello") ? Payload.Kind.CONTROL : Payload.Kind.EVENT)
          .onControl((out, message) -> settings.heartbeatEvery(ofMillis(20)))
          .stream()
          .subscribe(recorder.listener());

      assertEquals("event", recorder.takeEvent().data());
      recorder.close();
    }
  }

  @Test
  void aConnectionThatTheServerIsAboutToEndIsReplacedBefore() throws Exception {
    WebSocketSettings settings = WebSocketSettings.create();
    AtomicInteger connections = new AtomicInteger();
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              WebSocketExchange socket = WebSocketExchange.accept(exchange);
              socket.send(WebSocketFrame.text("{\"id\":" + connections.incrementAndGet() + "}"));
              socket.send(WebSocketFrame.text("ends"));
              socket.awaitClose(PATIENCE);
            })) {
      WebSockets.builder(server.uri("/").toString())
          .settings(settings)
          .cursorParameter("since")
          .classify(
              message -> message.text().equals("ends") ? Payload.Kind.CONTROL : Payload.Kind.EVENT)
          .onControl(
              (out, message) ->
                  settings.endsIn(connections.get() == 1 ? ofMillis(100) : Duration.ofHours(1)))
          .cursor(message -> message.text())
          .stream()
          .withRetry(RetryPolicy.fixed(Duration.ofHours(1)))
          .subscribe(recorder.listener());

      assertEquals("{\"id\":1}", recorder.takeEvent().data());
      assertEquals("{\"id\":2}", recorder.takeEvent().data());
      recorder.close();
    }
  }

  private static String nextText(WebSocketExchange socket) throws IOException {
    WebSocketFrame frame = socket.read(PATIENCE);
    while (frame != null && frame.opcode() != WebSocketFrame.TEXT) {
      frame = socket.read(PATIENCE);
    }
    assertNotNull(frame, "the connection ended");
    return frame.text();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
