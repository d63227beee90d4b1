package dev.perennial.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs each recipe against a fake that answers as the real service does, and breaks. */
@Timeout(60)
class FeedsTest {
  private static final RetryPolicy QUICK =
      RetryPolicy.exponential(ofMillis(2), ofMillis(20)).withFloor(ofMillis(1));

  private final BlockingQueue<LoopbackServer.Handler> answers = new LinkedBlockingQueue<>();

  /** A server that answers each request in the next way. */
  private LoopbackServer server() throws IOException {
    return LoopbackServer.start(exchange -> answers.take().handle(exchange));
  }

  /** Sends this as server-sent events, and then ends in this way. */
  private static LoopbackServer.Handler events(
      String text, String headers, LoopbackServer.Handler end) {
    return body("text/event-stream", text, headers, end);
  }

  private static LoopbackServer.Handler body(
      String type, String text, String headers, LoopbackServer.Handler end) {
    return exchange -> {
      exchange.write(
          "HTTP/1.1 200 OK\r\nContent-Type: "
              + type
              + "\r\nCache-Control: no-cache\r\nConnection: close\r\n"
              + headers
              + "Transfer-Encoding: chunked\r\n\r\n");
      for (String line : text.split("(?<=\n)")) { // Each line is a chunk.
        exchange.write(Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
      }
      end.handle(exchange);
    };
  }

  private static void cut(Exchange exchange) {
    exchange.cut(Cut.RST);
  }

  private static void stayOpen(Exchange exchange) throws InterruptedException {
    exchange.awaitPeerClose(ofSeconds(30));
  }

  private static <T> EventRecorder<T> recorder() {
    return EventRecorder.<T>create().waitingAtMost(ofSeconds(20));
  }

  private static <T> EventRecorder<T> follow(EventStream<T> stream) {
    EventRecorder<T> recorder = recorder();
    stream.withRetry(QUICK).subscribe(recorder.listener());
    return recorder;
  }

  // ---- Firebase ----

  private static String firebaseEvent(String type, String data) {
    return "event: " + type + "\ndata: " + data + "\n\n";
  }

  @Test
  void firebaseIsFollowedToItsServerAndGetsANewTokenWhenTheOldIsRevoked() throws Exception {
    List<String> tokens = new CopyOnWriteArrayList<>();
    try (LoopbackServer database = server();
        LoopbackServer front =
            LoopbackServer.start(
                exchange ->
                    exchange.answer(
                        307,
                        List.of("Location: " + database.uri("/rooms/42.json?ns=my-app")),
                        ""))) {
      answers.add(
          events(
              firebaseEvent("put", "{\"path\":\"/\",\"data\":{\"a\":1,\"b\":2}}")
                  + firebaseEvent("keep-alive", "null")
                  + firebaseEvent("patch", "{\"path\":\"/\",\"data\":{\"b\":3}}")
                  + firebaseEvent("auth_revoked", "\"credential is no longer valid\""),
              "",
              FeedsTest::stayOpen));
      answers.add(
          events(
              firebaseEvent("put", "{\"path\":\"/\",\"data\":{\"a\":1,\"b\":3}}"),
              "",
              FeedsTest::cut));
      answers.add(
          events(
              firebaseEvent("put", "{\"path\":\"/\",\"data\":null}")
                  + firebaseEvent("cancel", "null"),
              "",
              FeedsTest::stayOpen));

      EventRecorder<Feeds.Change> recorder =
          follow(
              Feeds.firebase(
                  front.uri("/rooms/42.json").toString(),
                  () -> {
                    tokens.add("Bearer ya29." + tokens.size());
                    return tokens.get(tokens.size() - 1);
                  },
                  "http://127.0.0.1:" + database.port()));

      assertChange(recorder.takeEvent(), "put", "{\"a\":1,\"b\":2}");
      assertChange(recorder.takeEvent(), "patch", "{\"b\":3}");
      recorder.takeGap();
      assertChange(recorder.takeEvent(), "put", "{\"a\":1,\"b\":3}");
      recorder.takeGap();
      assertChange(recorder.takeEvent(), "put", "null");
      StreamException end = recorder.takeFailure();

      assertEquals(StreamException.Reason.SERVER_ERROR, end.reason());
      assertTrue(String.valueOf(end.getMessage()).contains("no longer allow"), end.getMessage());
      List<ReceivedRequest> requests = database.requests();
      assertEquals("Bearer ya29.0", requests.get(0).header("Authorization"));
      assertEquals("Bearer ya29.1", requests.get(1).header("Authorization"));
      assertEquals("text/event-stream", requests.get(0).header("Accept"));
    }
  }

  private static void assertChange(Event<Feeds.Change> event, String type, String data) {
    assertEquals(
        type + " / " + data, event.type() + " " + event.data().path() + " " + event.data().data());
  }

  // ---- GraphQL ----

  @Test
  void graphQlAsksAgainAfterACutAndEndsWithComplete() throws Exception {
    String next = "event: next\ndata: {\"data\":{\"n\":%d}}\n\n";
    String headers = "Content-Encoding: none\r\n"; // as graphql-sse sends it
    try (LoopbackServer server = server()) {
      answers.add(events(":\n\n" + next.formatted(1), headers, FeedsTest::cut));
      answers.add(
          events(
              next.formatted(2) + "event: complete\n\n",
              headers,
              exchange -> exchange.write("0\r\n\r\n")));

      EventRecorder<JsonNode> recorder = recorder();
      Feeds.graphQl(server.uri("/graphql").toString(), "subscription { n }")
          .subscribe(recorder.listener()); // With its own retries.

      assertEquals(1, recorder.takeEvent().data().at("/data/n").asInt());
      recorder.takeGap();
      assertEquals(2, recorder.takeEvent().data().at("/data/n").asInt());
      recorder.assertCompleted();
      assertEquals(
          List.of("{\"query\":\"subscription { n }\"}", "{\"query\":\"subscription { n }\"}"),
          server.requests().stream().map(ReceivedRequest::bodyUtf8).toList());
    }
  }

  // ---- ntfy ----

  private static String ntfy(String kind, String id) {
    return "{\"id\":\""
        + id
        + "\",\"time\":1735000000,\"event\":\""
        + kind
        + "\",\"topic\":\"t\""
        + (kind.equals("message") ? ",\"message\":\"hi " + id + "\"" : "")
        + "}";
  }

  @Test
  void ntfysLinesGoOnAfterTheLastMessage() throws Exception {
    try (LoopbackServer server = server()) {
      String type = "application/x-ndjson; charset=utf-8";
      answers.add(
          body(
              type,
              ntfy("open", "o1")
                  + "\n"
                  + ntfy("message", "m1")
                  + "\n"
                  + ntfy("keepalive", "k1")
                  + "\n",
              "",
              FeedsTest::cut));
      answers.add(
          body(
              type,
              ntfy("open", "o2") + "\n" + ntfy("message", "m2") + "\n",
              "",
              FeedsTest::stayOpen));

      assertNtfy(follow(Feeds.ntfyLines(server.uri("/t").toString())), server, "/t/json");
    }
  }

  @Test
  void ntfysEventsGoOnAfterTheLastMessage() throws Exception {
    try (LoopbackServer server = server()) {
      answers.add(
          events(
              ntfyEvent("open", "o1") + ntfyEvent("message", "m1") + ntfyEvent("keepalive", "k1"),
              "",
              FeedsTest::cut));
      answers.add(
          events(ntfyEvent("open", "o2") + ntfyEvent("message", "m2"), "", FeedsTest::stayOpen));

      assertNtfy(follow(Feeds.ntfyEvents(server.uri("/t").toString())), server, "/t/sse");
    }
  }

  private static String ntfyEvent(String kind, String id) {
    String type = kind.equals("message") ? "" : "event: " + kind + "\n";
    return type + "data: " + ntfy(kind, id) + "\n\n";
  }

  private static void assertNtfy(
      EventRecorder<Feeds.Message> recorder, LoopbackServer server, String path) {
    assertEquals("hi m1", recorder.takeEvent().data().message());
    assertEquals("hi m2", recorder.takeEvent().data().message());
    recorder.close();
    recorder.assertExhausted();
    assertEquals(
        List.of(path, path + "?since=m1"),
        server.requests().stream().map(ReceivedRequest::target).toList());
  }

  // ---- Jetstream ----

  private static String commit(String did, long micros) {
    return "{\"did\":\""
        + did
        + "\",\"time_us\":"
        + micros
        + ",\"kind\":\"commit\",\"commit\":{\"rev\":\"r\",\"operation\":\"create\",\"collection\":"
        + "\"app.bsky.feed.post\",\"rkey\":\"k\",\"record\":{\"text\":\"hi\"}}}";
  }

  @Test
  void jetstreamGoesOnFiveSecondsEarlierAndDeliversNothingTwice() throws Exception {
    long begin = 1_725_519_626_134_432L;
    try (LoopbackServer server = server()) {
      answers.add(
          exchange -> {
            WebSocketExchange socket = WebSocketExchange.accept(exchange);
            socket.send(WebSocketFrame.text(commit("did:plc:a", begin)));
            socket.send(WebSocketFrame.text(commit("did:plc:b", begin + 1)));
            socket.cut(Cut.RST);
          });
      answers.add(
          exchange -> {
            WebSocketExchange socket = WebSocketExchange.accept(exchange);
            socket.send(WebSocketFrame.text(commit("did:plc:a", begin)));
            socket.send(WebSocketFrame.text(commit("did:plc:c", begin))); // It was late.
            socket.send(WebSocketFrame.text(commit("did:plc:b", begin + 1)));
            socket.send(WebSocketFrame.text(commit("did:plc:d", begin + 1))); // The same time.
            socket.awaitClose(ofSeconds(30));
          });

      EventRecorder<Feeds.Happening> recorder =
          follow(Feeds.jetstream("http://127.0.0.1:" + server.port()));

      List<String> dids = new ArrayList<>();
      while (dids.size() < 4) {
        dids.add(recorder.takeEvent().data().did());
      }
      recorder.close();
      recorder.assertExhausted();
      assertEquals(List.of("did:plc:a", "did:plc:b", "did:plc:c", "did:plc:d"), dids);
      assertNull(server.requests().get(0).queryParameter("cursor"));
      assertEquals(
          Long.toString(begin + 1 - 5_000_000), server.requests().get(1).queryParameter("cursor"));
    }
  }

  // ---- MCP ----

  @Test
  void listenersOfMcpListAgainAfterEachInterruption() throws Exception {
    String changed =
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n";
    BlockingQueue<String> lists = new LinkedBlockingQueue<>();
    try (LoopbackServer server = server()) {
      answers.add(events(changed, "", FeedsTest::cut));
      answers.add(events(changed, "", FeedsTest::stayOpen));

      EventRecorder<JsonNode> recorder =
          follow(
              Feeds.listen(
                  server.uri("/mcp").toString(),
                  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\"}",
                  () -> lists.add("again")));

      recorder.takeEvent();
      recorder.takeGap();
      recorder.takeEvent();
      recorder.close();
      assertEquals(1, lists.size());
      assertEquals(
          List.of("POST", "POST"),
          server.requests().stream().map(ReceivedRequest::method).toList());
    }
  }
}
