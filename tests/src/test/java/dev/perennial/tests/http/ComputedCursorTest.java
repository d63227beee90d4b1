package dev.perennial.tests.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perennial.Event;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.json.Json;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.RecordingObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a function finds in the payload is where the stream goes on. */
class ComputedCursorTest {
  private static final Duration PATIENCE = ofSeconds(20);

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);

  @Test
  void streamResumesAfterTheCursorThatTheFunctionFound() throws Exception {
    try (LoopbackServer server =
        serving(
            "id: sse-1\ndata: {\"id\":\"doc\",\"seq\":\"1-a\"}\n\nid: sse-2\n\n",
            "data: {\"id\":\"doc\",\"seq\":\"2-b\"}\n\n")) {
      Sse.builder(server.uri("/").toString())
          .cursorParameter("since")
          .cursor(Json.field("/seq"))
          .stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .subscribe(recorder.listener());

      Event<String> first = recorder.takeEvent();
      Event<String> second = recorder.takeEvent();

      assertEquals(List.of("1-a", "1-a"), List.of(first.id(), first.cursor()));
      assertEquals(List.of("2-b", "2-b"), List.of(second.id(), second.cursor()));
      recorder.close();
      assertNull(server.requests().get(0).queryParameter("since"));
      assertEquals("1-a", server.requests().get(1).queryParameter("since"));
    }
  }

  @Test
  void replaysAreRecognizedByTheIdThatTheFunctionFound() throws Exception {
    try (LoopbackServer server =
        serving(
            "data: {\"id\":\"a\",\"seq\":1}\n\ndata: {\"id\":\"b\",\"seq\":2}\n\n",
            "data: {\"id\":\"b\",\"seq\":2}\n\ndata: {\"id\":\"c\",\"seq\":3}\n\n")) {
      Sse.builder(server.uri("/").toString())
          .cursor(Json.field("/seq"))
          .id(Json.field("/id"))
          .stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .subscribe(recorder.listener());

      assertEquals("a", recorder.takeEvent().id());
      assertEquals("b", recorder.takeEvent().id());
      assertEquals("c", recorder.takeEvent().id());
      recorder.close();
      assertEquals("2", server.requests().get(1).header("Last-Event-ID"));
    }
  }

  @Test
  void aFunctionThatThrowsMakesTheEventMalformed() throws Exception {
    try (LoopbackServer server = serving("data: one\n\n")) {
      Sse.builder(server.uri("/").toString())
          .cursor(
              payload -> {
                throw new IllegalStateException("no cursor");
              })
          .stream()
          .withRetry(RetryPolicy.never())
          .subscribe(recorder.listener());

      assertEquals(Reason.MALFORMED, recorder.takeFailure().reason());
    }
  }

  @Test
  void eventThatAFunctionThrowsForCanBeSkippedAndIsReported() throws Exception {
    RecordingObserver observer = RecordingObserver.create();
    try (LoopbackServer server = serving("data: 1\n\ndata: two\n\ndata: 3\n\n")) {
      Sse.builder(server.uri("/").toString())
          .cursor(payload -> String.valueOf(Integer.parseInt(payload.text())))
          .stream()
          .withMalformedSkipped()
          .withObserver(observer)
          .subscribe(recorder.listener());

      assertEquals("1", recorder.takeEvent().data());
      assertEquals("3", recorder.takeEvent().data());
      assertEquals(
          List.of(
              "malformed Expected an event that can be decoded from "
                  + server.uri("/")
                  + " but was 3 bytes of type \"message\" at line 3, byte 9 of the connection, that"
                  + " begin with \"xxx\": a function that was set for it threw"
                  + " java.lang.NumberFormatException"),
          observer.lines("malformed"));
      recorder.close();
    }
  }

  /** Serves these bodies one by one; the last one does not end. */
  private static LoopbackServer serving(String... bodies) throws IOException {
    Iterator<String> next = List.of(bodies).iterator();
    return LoopbackServer.start(
        exchange -> {
          exchange.write(
              "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + next.next());
          if (!next.hasNext()) {
            exchange.awaitPeerClose(PATIENCE);
          }
        });
  }
}
