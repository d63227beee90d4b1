package dev.perennial.tests.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Decoder;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.ServerResponse;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamObserver;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.http.HttpStreamBuilder;
import dev.perennial.json.Json;
import dev.perennial.sse.Sse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that are one document in place of a stream, and what else servers put into a body. */
@Timeout(60)
class OneDocumentTest {
  private final MockWebServer server = new MockWebServer();

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Sse.Builder asked() {
    return Sse.builder(server.url("/").toString())
        .post(RequestBody.create("{}", MediaType.get("application/json")))
        .orDocument("application/json")
        .endsAt(payload -> payload.text().equals("[DONE]"));
  }

  private void answer(String type, String body) {
    server.enqueue(new MockResponse.Builder().setHeader("Content-Type", type).body(body).build());
  }

  @Test
  void aDocumentIsOneEventAndCompletesTheStream() throws Exception {
    answer("application/json; charset=utf-8", "{\n  \"answer\": 42\n}\n");

    try (EventReader<String> reader = asked().stream().open()) {
      Event<String> event = reader.read();
      assertEquals(HttpStreamBuilder.DOCUMENT, event.type());
      assertEquals("{\n  \"answer\": 42\n}\n", event.data());
      assertEquals(null, reader.read());
      assertTrue(reader.isCompleted());
    }
    assertEquals(
        "text/event-stream, application/json", server.takeRequest().getHeaders().get("Accept"));
  }

  @Test
  void aStreamIsReadAsBefore() throws Exception {
    answer("text/event-stream", "data: a\n\ndata: [DONE]\n\n");

    try (EventReader<String> reader = asked().stream().open()) {
      assertEquals("a", reader.read().data());
      assertEquals(null, reader.read());
      assertTrue(reader.isCompleted());
    }
  }

  @Test
  void aDocumentThatIsCutIsIncomplete() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .setHeader("Content-Type", "application/json")
            .body("{\"answer\":42, \"more\": \"" + "x".repeat(200_000) + "\"}")
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());

    try (EventReader<String> reader = asked().stream().open()) {
      assertThrows(StreamException.class, reader::read);
    }
    assertEquals(1, server.getRequestCount());
  }

  @Test
  void aDocumentThatIsTooLargeIsRefused() throws Exception {
    answer("application/json", "\"" + "x".repeat(2000) + "\"");

    try (EventReader<String> reader = asked().maxEventBytes(1000).stream().open()) {
      StreamException failure = assertThrows(StreamException.class, reader::read);
      assertEquals(Reason.LIMIT, failure.reason());
    }
  }

  @Test
  void anOpenStateCarriesTheAnswerWithoutShowingIt() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .setHeader("Content-Type", "text/event-stream")
            .setHeader("X-Session", "secret")
            .body("data: a\n\n")
            .build());

    List<StreamState> states = new CopyOnWriteArrayList<>();
    StreamObserver observer =
        new StreamObserver() {
          @Override
          public void onState(StreamSubscription subscription, StreamState state) {
            states.add(state);
          }
        };

    try (EventReader<String> reader =
        Sse.stream(server.url("/").toString()).withObserver(observer).open()) {
      assertEquals("a", reader.read().data());
      StreamState.Open open = assertInstanceOf(StreamState.Open.class, states.get(1));
      ServerResponse response = open.response();
      assertEquals(200, response.status());
      assertEquals("http/1.1", response.protocol());
      assertEquals("secret", response.header("x-session"));
      assertFalse(open.toString().contains("secret"), open::toString);
    }
  }

  @Test
  void emptyDataBeforeAJsonDecoderIsACheckpoint() throws Exception {
    answer("text/event-stream", "id: 1\ndata\n\nid: 2\ndata: 5\n\n");

    try (EventReader<Integer> reader =
        Sse.builder(server.url("/").toString()).endsWithBody().stream(Integer.class).open()) {
      assertEquals(5, reader.read().data());
    }
  }

  @Test
  void typesThatAreNotWantedAreIgnored() throws Exception {
    answer("text/event-stream", "event: ping\ndata: {\n\nevent: n\ndata: 5\n\n");
    Decoder<Integer> decoder =
        Decoder.byType(Map.of("n", Json.decoder(Integer.class)), Decoder.ignoring());

    try (EventReader<Integer> reader =
        Sse.builder(server.url("/").toString()).endsWithBody().stream(decoder).open()) {
      assertEquals(5, reader.read().data());
      assertEquals(null, reader.read());
    }
  }

  @Test
  void typesWithoutADecoderGoToTheFallback() throws Exception {
    answer("text/event-stream", "event: other\ndata: x\n\nevent: n\ndata: 5\n\n");
    Decoder<Object> decoder =
        Decoder.byType(Map.of("n", Json.decoder(Integer.class)), Decoder.text());

    try (EventReader<Object> reader =
        Sse.builder(server.url("/").toString()).endsWithBody().stream(decoder).open()) {
      assertEquals("x", reader.read().data());
      assertEquals(5, reader.read().data());
    }
  }

  @Test
  void aBlockWithoutDataIsAnEventIfAsked() throws Exception {
    answer("text/event-stream", "event: done\n\ndata: a\n\n");
    answer("text/event-stream", "event: done\n\ndata: a\n\n");

    try (EventReader<String> reader =
        Sse.builder(server.url("/").toString()).eventsWithoutData().endsWithBody().stream()
            .open()) {
      Event<String> done = reader.read();
      assertEquals("done", done.type());
      assertEquals("", done.data());
      assertEquals("message", reader.read().type());
    }
    try (EventReader<String> reader =
        Sse.builder(server.url("/").toString()).endsWithBody().stream().open()) {
      assertEquals("a", reader.read().data());
    }
  }
}
