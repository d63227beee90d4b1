package dev.perennial.tests.http;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSockets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A user name and a password in the URL are a credential. */
@Timeout(60)
class UserInfoTest {
  private static final Duration PATIENCE = ofSeconds(20);

  /** "user:pässword" in UTF-8 (RFC 7617, 2.1). */
  private static final String BASIC = "Basic dXNlcjpww6Rzc3dvcmQ=";

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);
  private final FakeEventLog log = FakeEventLog.create();

  private static String withUserInfo(URI uri) {
    return uri.toString().replace("://", "://user:p%C3%A4ssword@");
  }

  @Test
  void webSocketSendsTheUserInfoOfItsUrl() throws Exception {
    try (FakeWebSocketServer server = FakeWebSocketServer.start(log)) {
      WebSocketSender sender = WebSocketSender.create();
      EventStream<String> stream =
          WebSockets.builder(withUserInfo(server.uri("/x"))).sender(sender).stream();
      stream.subscribe(recorder.listener());

      assertAuthorized(server.takeRequest(PATIENCE).request());
      assertEquals("EventStream[" + server.uri("/x") + "]", stream.toString());
      sender.awaitOpen(PATIENCE);
      assertNoSecret(recorder.states().toString());
      recorder.close();
    }
  }

  @Test
  void eventStreamSendsTheUserInfoOfItsUrl() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log)) {
      Sse.builder(withUserInfo(server.uri("/x"))).stream().subscribe(recorder.listener());

      assertAuthorized(server.takeRequest(PATIENCE).request());
      recorder.close();
    }
  }

  private static void assertAuthorized(ReceivedRequest request) {
    assertEquals(List.of(BASIC), request.headers("Authorization"));
    assertFalse(request.target().contains("user"), request::target);
  }

  @Test
  void headerOfTheCallerIsSentInsteadOfTheUserInfo() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log)) {
      Sse.builder(withUserInfo(server.uri("/x"))).header("Authorization", "Bearer token").stream()
          .subscribe(recorder.listener());

      assertEquals(
          List.of("Bearer token"), server.takeRequest(PATIENCE).request().headers("Authorization"));
      recorder.close();
    }
  }

  @Test
  void credentialsAreSentInsteadOfTheUserInfo() throws Exception {
    try (FakeSseServer server = FakeSseServer.start(log)) {
      Sse.builder(withUserInfo(server.uri("/x"))).credentials(() -> "Bearer token").stream()
          .subscribe(recorder.listener());

      assertEquals(
          List.of("Bearer token"), server.takeRequest(PATIENCE).request().headers("Authorization"));
      recorder.close();
    }
  }

  @Test
  void redirectToAnotherOriginIsNotAuthorized() throws Exception {
    try (FakeWebSocketServer target = FakeWebSocketServer.start(log);
        LoopbackServer first =
            LoopbackServer.start(
                exchange ->
                    exchange.answer(
                        307,
                        List.of("Location: " + target.uri("/y").toString().replace("ws", "http")),
                        ""))) {
      WebSockets.builder(withUserInfo(first.uri("/x"))).stream().subscribe(recorder.listener());

      assertAuthorized(first.takeRequest(PATIENCE));
      assertEquals(List.of(), target.takeRequest(PATIENCE).request().headers("Authorization"));
      recorder.close();
    }
  }

  @Test
  void refusalShowsNeitherTheUserInfoNorTheHeader() throws Exception {
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange ->
                exchange.answer(
                    401,
                    List.of("Content-Type: text/plain"),
                    "user:pässword and " + BASIC + " are wrong"))) {
      WebSockets.builder(withUserInfo(server.uri("/x"))).stream()
          .withRetry(RetryPolicy.never())
          .subscribe(recorder.listener());

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.HTTP_STATUS, failure.reason());
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      assertNoSecret(trace.toString());
      assertNoSecret(recorder.states().toString());
    }
  }

  private static void assertNoSecret(String shown) {
    assertFalse(shown.contains("user:"), shown);
    assertFalse(shown.contains("ssword"), shown);
    assertFalse(shown.contains("dXNlcj"), shown);
  }
}
