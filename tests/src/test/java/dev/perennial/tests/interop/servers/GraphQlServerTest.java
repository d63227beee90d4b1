package dev.perennial.tests.interop.servers;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.RetryPolicy.Action;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.websocket.HandshakeHandler;
import dev.perennial.websocket.WebSockets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The protocol graphql-transport-ws with the server of the npm package graphql-ws. */
@Timeout(60)
class GraphQlServerTest {
  private static final JsonField TYPE = Json.field("/type");
  private static final RetryPolicy QUICK = RetryPolicy.fixed(ofMillis(10));

  private static @Nullable NodeServer server;

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    NodePackages.install(folder);
    server = new NodeServer(folder, "graphql.mjs");
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.stop();
    }
  }

  private static WebSockets.Builder graphQl(int port, HandshakeHandler login, String selection) {
    return WebSockets.builder("ws://127.0.0.1:" + port + "/graphql")
        .subprotocols("graphql-transport-ws")
        .handshake(login)
        .onOpen(
            (out, cursor) ->
                out.send(
                    "{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":{\"query\":\"subscription {"
                        + selection.replace("$after", cursor == null ? "0" : cursor)
                        + " {id total} }\"}}"))
        .classify(
            message ->
                switch (String.valueOf(TYPE.apply(message))) {
                  case "next" -> Payload.Kind.EVENT;
                  case "complete" -> Payload.Kind.END;
                  default -> Payload.Kind.CONTROL;
                })
        .cursor(Json.field("/payload/data/orders/id"));
  }

  private static HandshakeHandler withToken(String token) {
    return socket -> {
      socket.send("{\"type\":\"connection_init\",\"payload\":{\"token\":\"" + token + "\"}}");
      String type = TYPE.apply(socket.receive());
      assertEquals("connection_ack", type);
    };
  }

  private static int port() {
    return Objects.requireNonNull(server).port();
  }

  private StreamException failureOf(EventStream<String> stream) {
    RetryPolicy strict = QUICK;
    for (int code : new int[] {4400, 4401, 4403, 4408, 4409, 4429, 4500}) {
      strict = strict.onCloseCode(code, Action.FAIL);
    }
    stream.withRetry(strict).subscribe(recorder.listener());
    return recorder.takeFailure();
  }

  @Test
  void cutsLoseNothingAndRepeatNothing() throws Exception {
    try (ChaosProxy proxy = ChaosProxy.inFrontOf(port())) {
      recorder.onEvent(
          event -> {
            int number = Integer.parseInt(String.valueOf(event.id()));
            if (number % 300 == 0) {
              proxy.cutAll(Cut.values()[number / 300 % Cut.values().length]);
            }
          });
      graphQl(proxy.port(), withToken("good"), "orders(after: $after, last: 2000)").stream()
          .withRetry(QUICK)
          .subscribe(recorder.listener());

      List<String> ids =
          IntStream.range(0, 2_000)
              .mapToObj(i -> recorder.takeEvent())
              .map(Event::id)
              .map(String::valueOf)
              .toList();
      assertEquals(IntStream.rangeClosed(1, 2_000).mapToObj(String::valueOf).toList(), ids);
      recorder.assertCompleted(); // The server said "complete".
      recorder.assertExhausted();
    }
  }

  @Test
  void refusedLoginHasTheCodeOfTheServer() {
    StreamException failure =
        failureOf(graphQl(port(), withToken("bad"), "orders(after: $after, last: 1)").stream());

    assertEquals(Reason.CLOSE_CODE, failure.reason());
    assertEquals(4403, failure.code());
  }

  @Test
  void loginThatSendsNothingIsClosedByTheServer() {
    StreamException failure =
        failureOf(
            graphQl(port(), socket -> socket.receive(), "orders(after: $after, last: 1)").stream());

    assertEquals(4408, failure.code());
  }

  @Test
  void secondLoginIsRefused() {
    HandshakeHandler twice =
        socket -> {
          withToken("good").shakeHands(socket);
          withToken("good").shakeHands(socket);
        };

    assertEquals(
        4429, failureOf(graphQl(port(), twice, "orders(after: $after, last: 1)").stream()).code());
  }

  @Test
  void subscriptionBeforeTheLoginIsRefused() {
    HandshakeHandler none = socket -> {};

    assertEquals(
        4401, failureOf(graphQl(port(), none, "orders(after: $after, last: 1)").stream()).code());
  }

  @Test
  void idThatIsInUseIsRefused() {
    HandshakeHandler login =
        socket -> {
          withToken("good").shakeHands(socket);
          socket.send(
              "{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":{\"query\":\"subscription {"
                  + "idle {id} }\"}}");
        };

    assertEquals(
        4409, failureOf(graphQl(port(), login, "orders(after: $after, last: 1)").stream()).code());
  }
}
