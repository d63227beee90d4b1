package dev.perennial.tests.websocket;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
import dev.perennial.RetryPolicy.Action;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.json.Json;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.tests.Eventually;
import dev.perennial.websocket.DisconnectException;
import dev.perennial.websocket.HandshakeHandler;
import dev.perennial.websocket.ResumingHandshakeHandler;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSocketSender.Outcome;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes in messages, of protocols as people run them. */
@Timeout(60)
class HandshakeInMessagesTest {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final RetryPolicy QUICK = RetryPolicy.fixed(ofMillis(5));
  private static final String RECORD_END = "\u001e";

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);
  private final RecordingObserver observer = RecordingObserver.create();
  private final WebSocketSender sender = WebSocketSender.create();

  /** What clients sent, in order. */
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  /** What the server does on each connection, counted from 1. */
  private interface Script {
    void run(WebSocketExchange socket, int connection) throws IOException, InterruptedException;
  }

  private LoopbackServer serve(Script script) throws IOException {
    AtomicInteger count = new AtomicInteger();
    return LoopbackServer.start(
        exchange -> {
          WebSocketExchange socket = WebSocketExchange.accept(exchange);
          script.run(socket, count.incrementAndGet());
          for (String next = hear(socket); !next.isEmpty(); next = hear(socket)) {
            // Until the client closes.
          }
        });
  }

  /** Returns the client's next message; empty once it closes. */
  private String hear(WebSocketExchange socket) throws IOException {
    WebSocketFrame frame = socket.read(PATIENCE);
    if (frame == null || frame.opcode() == WebSocketFrame.CLOSE) {
      return "";
    }
    heard.add(frame.text());
    return frame.text();
  }

  private static void say(WebSocketExchange socket, String text) throws IOException {
    socket.send(WebSocketFrame.text(text));
  }

  private static WebSockets.Builder client(LoopbackServer server) {
    return WebSockets.builder(server.uri("/").toString());
  }

  private void subscribe(WebSockets.Builder client, RetryPolicy retry) {
    client.stream().withRetry(retry).withObserver(observer).subscribe(recorder.listener());
  }

  private String takeHeard() throws InterruptedException {
    return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
  }

  private static String type(String message) {
    return String.valueOf(
        Json.field("/type").apply(dev.perennial.spi.Frame.event(null, "", message.getBytes())));
  }

  // ---- GraphQL ----

  private static final HandshakeHandler GRAPHQL =
      socket -> {
        socket.send("{\"type\":\"connection_init\"}");
        String type = "";
        while (!type.equals("connection_ack")) {
          type = type(socket.receive().text());
          if (type.equals("ping")) {
            socket.send("{\"type\":\"pong\"}");
          }
        }
      };

  @Test
  void subscribesAndSendsOnlyAfterTheAcknowledgement() throws Exception {
    CountDownLatch mayAcknowledge = new CountDownLatch(1);
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              assertEquals("{\"type\":\"connection_init\"}", hear(socket));
              say(socket, "{\"type\":\"ping\"}");
              assertEquals("{\"type\":\"pong\"}", hear(socket));
              assertTrue(mayAcknowledge.await(20, TimeUnit.SECONDS));
              say(socket, "{\"type\":\"connection_ack\"}");
              assertEquals("subscribe", hear(socket));
              say(socket, "{\"type\":\"next\"}");
            })) {
      subscribe(
          client(server).sender(sender).handshake(GRAPHQL).onOpen(out -> out.send("subscribe")),
          QUICK);
      assertEquals("{\"type\":\"connection_init\"}", takeHeard());
      assertEquals("{\"type\":\"pong\"}", takeHeard());
      assertEquals(Outcome.ACCEPTED, sender.send("of the application"));
      assertTrue(recorder.subscription().state() instanceof StreamState.Connecting);
      mayAcknowledge.countDown();

      assertEquals("subscribe", takeHeard());
      assertEquals("of the application", takeHeard());
      recorder.assertEvents("{\"type\":\"next\"}"); // And not what the handshake received.
      recorder.close();
    }
  }

  @Test
  void earlySendsAreRefusedByChoice() throws Exception {
    CountDownLatch mayAcknowledge = new CountDownLatch(1);
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              hear(socket);
              assertTrue(mayAcknowledge.await(20, TimeUnit.SECONDS));
              say(socket, "{\"type\":\"connection_ack\"}");
            })) {
      subscribe(client(server).sender(sender).handshake(GRAPHQL).refuseEarlySends(), QUICK);
      takeHeard();
      assertEquals(Outcome.NOT_CONNECTED, sender.send("too early"));
      mayAcknowledge.countDown();
      Eventually.holds("it may send", () -> sender.send("now") == Outcome.ACCEPTED);
      assertEquals("now", takeHeard());
      recorder.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4408, 4409, 4429})
  void closeCodeDuringTheHandshakeIsRetriedWithoutAGap(int code) throws Exception {
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              hear(socket);
              if (connection < 4) {
                socket.send(WebSocketFrame.close(code, "not now"));
              } else {
                say(socket, "{\"type\":\"connection_ack\"}");
                say(socket, "at last");
              }
            })) {
      subscribe(client(server).handshake(GRAPHQL), QUICK);
      recorder.assertEvents("at last"); // And no gap before it.
      assertEquals(4, server.requests().size());
      recorder.close();
    }
  }

  @Test
  void closeCodeDuringTheHandshakeIsFinalByARule() throws Exception {
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              hear(socket);
              socket.send(WebSocketFrame.close(4403, "Forbidden"));
            })) {
      subscribe(client(server).handshake(GRAPHQL), QUICK.onCloseCode(4403, Action.FAIL));
      assertEquals(4403, recorder.takeFailure().code());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void closeCodeDuringTheHandshakeRefreshesCredentialsByARule() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              hear(socket);
              if (connection == 1) {
                socket.send(WebSocketFrame.close(4401, "Unauthorized"));
              } else {
                say(socket, "{\"type\":\"connection_ack\"}");
                say(socket, "in");
              }
            })) {
      subscribe(
          client(server).credentials(() -> "Bearer " + asked.incrementAndGet()).handshake(GRAPHQL),
          QUICK.onCloseCode(4401, Action.REFRESH_CREDENTIALS));
      recorder.assertEvents("in");
      assertEquals(
          List.of("Bearer 1", "Bearer 2"),
          server.requests().stream().map(request -> request.header("Authorization")).toList());
      recorder.close();
    }
  }

  // ---- Home Assistant ----

  private static final HandshakeHandler HOME_ASSISTANT =
      socket -> {
        while (true) {
          String message = socket.receive().text();
          switch (type(message)) {
            case "auth_required" -> socket.send("{\"type\":\"auth\",\"access_token\":\"canary\"}");
            case "auth_ok" -> {
              return;
            }
            case "auth_invalid" -> throw DisconnectException.fatal("the access token is invalid");
            default -> {}
          }
        }
      };

  @Test
  void permanentlyRefusedLoginIsNotRetried() throws Exception {
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              say(socket, "{\"type\":\"auth_required\"}");
              hear(socket);
              say(socket, "{\"type\":\"auth_invalid\"}");
            })) {
      subscribe(client(server).handshake(HOME_ASSISTANT), QUICK);
      StreamException failure = recorder.takeFailure(); // And no gap.
      assertEquals(Reason.SERVER_ERROR, failure.reason());
      assertTrue(failure.getMessage().contains("the access token is invalid"));
      assertFalse(failure.getMessage().contains("canary"));
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void loginIsMadeOnEachConnection() throws Exception {
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              say(socket, "{\"type\":\"auth_required\"}");
              hear(socket);
              say(socket, "{\"type\":\"auth_ok\"}");
              say(socket, "event " + connection);
              socket.send(WebSocketFrame.close(1001, "restarting"));
            })) {
      subscribe(client(server).handshake(HOME_ASSISTANT), QUICK);
      assertEquals("event 1", recorder.takeEvent().data());
      recorder.takeGap(); // Without a cursor.
      assertEquals("event 2", recorder.takeEvent().data());
      recorder.close();
    }
  }

  @Test
  void loginThatIsRefusedAsksForAFreshCredential() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (LoopbackServer server =
        serve((socket, connection) -> say(socket, connection == 1 ? "expired" : "welcome"))) {
      subscribe(
          client(server)
              .credentials(() -> "Bearer " + asked.incrementAndGet())
              .handshake(
                  socket -> {
                    if (socket.receive().text().equals("expired")) {
                      throw DisconnectException.refreshCredentials("expired");
                    }
                  }),
          QUICK);
      Eventually.holds("it is open", () -> recorder.subscription().connection() == 2);
      Eventually.holds(
          "it is open", () -> recorder.subscription().state() instanceof StreamState.Open);
      assertEquals(2, asked.get());
      recorder.close();
      recorder.assertExhausted();
    }
  }

  @Test
  void serverThatIsBusyIsLeftAloneForAsLongAsItAsks() throws Exception {
    try (LoopbackServer server = serve((socket, connection) -> say(socket, "slow_mode"))) {
      subscribe(
          client(server)
              .handshake(
                  socket -> {
                    String refusal = socket.receive().text();
                    throw DisconnectException.retryAfter(ofSeconds(40), refusal);
                  }),
          QUICK);
      Eventually.holds("it waits", () -> !observer.delays().isEmpty());
      assertTrue(observer.delays().get(0).compareTo(ofSeconds(40)) >= 0);
      recorder.close();
    }
  }

  // ---- SignalR ----

  private static final HandshakeHandler SIGNALR =
      socket -> {
        socket.send("{\"protocol\":\"json\",\"version\":1}" + RECORD_END);
        String answer = socket.receive().text();
        if (!answer.equals("{}" + RECORD_END)) {
          throw DisconnectException.fatal(answer);
        }
      };

  @Test
  void handshakeRecordOpensTheStream() throws Exception {
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              assertEquals("{\"protocol\":\"json\",\"version\":1}" + RECORD_END, hear(socket));
              say(socket, "{}" + RECORD_END);
              say(socket, "{\"type\":1}" + RECORD_END);
            })) {
      subscribe(client(server).handshake(SIGNALR), QUICK);
      recorder.assertEvents("{\"type\":1}" + RECORD_END);
      recorder.close();
    }
  }

  @Test
  void handshakeRecordWithAnErrorIsFinal() throws Exception {
    try (LoopbackServer server =
        serve((socket, connection) -> say(socket, "{\"error\":\"no such protocol\"}\u001e"))) {
      subscribe(client(server).handshake(SIGNALR), QUICK);
      StreamException failure = recorder.takeFailure();
      assertTrue(failure.getMessage().contains("no such protocol"), failure::getMessage);
    }
  }

  // ---- Discord ----

  @Test
  void messageOfTheHandshakeMayBeDeliveredToo() throws Exception {
    Queue<String> identified = new ConcurrentLinkedQueue<>();
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              say(socket, "{\"op\":10,\"d\":{\"heartbeat_interval\":41250}}");
              identified.add(hear(socket));
              say(socket, "{\"op\":0,\"t\":\"READY\",\"s\":1}");
              say(socket, "{\"op\":0,\"t\":\"MESSAGE_CREATE\",\"s\":2}");
            })) {
      subscribe(
          client(server)
              .handshake(
                  socket -> {
                    assertTrue(socket.receive().text().contains("\"op\":10"));
                    socket.send("{\"op\":2}");
                    socket.deliver(socket.receive());
                  }),
          QUICK);
      recorder.assertEvents(
          "{\"op\":0,\"t\":\"READY\",\"s\":1}", "{\"op\":0,\"t\":\"MESSAGE_CREATE\",\"s\":2}");
      assertEquals(List.of("{\"op\":2}"), List.copyOf(identified));
      recorder.close();
    }
  }

  // ---- Resuming in a handshake ----

  private static final ResumingHandshakeHandler RESUMING =
      (socket, cursor) -> {
        socket.send(cursor == null ? "start" : "resume " + cursor);
        if (socket.receive().text().equals("unknown")) {
          throw DisconnectException.cannotResume("the session is over");
        }
      };

  @Test
  void handshakeResumesAfterTheCursorWithoutAGap() throws Exception {
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              assertEquals(connection == 1 ? "start" : "resume 1", hear(socket));
              say(socket, "welcome");
              say(socket, "{\"id\":\"" + connection + "\"}");
              if (connection == 1) {
                socket.send(WebSocketFrame.close(1001, "restarting"));
              }
            })) {
      subscribe(client(server).handshake(RESUMING), QUICK);
      recorder.assertEvents("{\"id\":\"1\"}", "{\"id\":\"2\"}");
      recorder.close();
    }
  }

  @Test
  void cursorThatTheHandshakeCannotResumeIsAGapAndDropped() throws Exception {
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              hear(socket);
              say(socket, connection == 2 ? "unknown" : "welcome");
              say(socket, "{\"id\":\"1\"}");
              if (connection == 1) {
                socket.send(WebSocketFrame.close(1001, "restarting"));
              }
            })) {
      client(server).handshake(RESUMING).stream()
          .withRetry(QUICK)
          .withGapPolicy(GapPolicy.liveOnly())
          .subscribe(recorder.listener());
      recorder.takeEvent();
      assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
      recorder.takeEvent(); // The id of before is another event now.
      assertEquals(List.of("start", "resume 1", "start"), List.copyOf(heard));
      recorder.close();
    }
  }

  // ---- Time ----

  @Test
  void serverThatSaysNothingMayBeReady() throws Exception {
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              assertEquals("login", hear(socket));
              assertEquals("subscribe", hear(socket));
              say(socket, "event");
            })) {
      subscribe(
          client(server)
              .handshake(
                  socket -> {
                    socket.send("login");
                    if (socket.receive(ofMillis(20)) != null) {
                      throw DisconnectException.fatal("refused");
                    }
                  })
              .onOpen(out -> out.send("subscribe")),
          QUICK);
      recorder.assertEvents("event");
      recorder.close();
    }
  }

  @Test
  void handshakeHasADeadline() throws Exception {
    try (LoopbackServer server = serve((socket, connection) -> {})) {
      subscribe(
          client(server).handshake(ofMillis(30), socket -> socket.receive()), RetryPolicy.never());
      StreamException failure = recorder.takeFailure();
      assertEquals(Reason.ATTEMPT_TIMEOUT, failure.reason());
      assertTrue(failure.getMessage().contains("30 ms"), failure::getMessage);
    }
  }

  @Test
  void handshakeHasItsOwnTimeBesideThatOfTheAttempt() throws Exception {
    CountDownLatch isOverdue = new CountDownLatch(1);
    try (LoopbackServer server =
        serve(
            (socket, connection) -> {
              assertTrue(isOverdue.await(20, TimeUnit.SECONDS));
              say(socket, "welcome");
              say(socket, "event");
            })) {
      client(server)
          .handshake(
              ofSeconds(20),
              socket -> {
                while (socket.receive(ofSeconds(3)) == null) { // Longer than the attempt may take.
                  isOverdue.countDown();
                }
              })
          .stream()
          .withAttemptTimeout(ofSeconds(2))
          .withRetry(RetryPolicy.never())
          .subscribe(recorder.listener());
      assertEquals("event", recorder.takeEvent().data());
      recorder.close();
    }
  }

  @Test
  void closingEndsAHandshakeThatWaits() throws Exception {
    try (LoopbackServer server = serve((socket, connection) -> {})) {
      CountDownLatch waits = new CountDownLatch(1);
      subscribe(
          client(server)
              .handshake(
                  ofSeconds(3_600),
                  socket -> {
                    waits.countDown();
                    socket.receive();
                  }),
          QUICK);
      assertTrue(waits.await(20, TimeUnit.SECONDS));
      recorder.subscription().close();
      assertTrue(recorder.subscription().awaitClosed(PATIENCE));
    }
  }
}
