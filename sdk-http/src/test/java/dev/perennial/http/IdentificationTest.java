package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Payload;
import dev.perennial.Payload.Kind;
import dev.perennial.StreamException.Reason;
import dev.perennial.json.Json;
import dev.perennial.spi.Frame;
import dev.perennial.spi.Sequence;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.util.function.Function;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Headers;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IdentificationTest {
  private static final String URL = "http://localhost/lines";
  private static final Function<Payload, @Nullable String> ID = Json.field("/id");
  private static final Function<Payload, @Nullable String> SEQ = Json.field("/seq");

  @Test
  void eventsThatAreClassifiedAreIdentifiedToo() throws Exception {
    try (MockWebServer server = serving("{\"seq\":1}\n{\"seq\":2,\"type\":\"bookmark\"}\n");
        StreamConnection connection =
            Lines.builder(server.url("/"))
                .cursor(SEQ)
                .classify(
                    p -> Json.fieldEquals("/type", "bookmark").test(p) ? Kind.CURSOR : Kind.EVENT)
                .open()) {
      Frame event = connection.read(Lines.PATIENT);
      assertEquals(Kind.EVENT, event.kind());
      assertIdAndCursor("1", "1", event);
      Frame bookmark = connection.read(Lines.PATIENT);
      assertEquals(Kind.CURSOR, bookmark.kind());
      assertIdAndCursor("2", "2", bookmark);
    }
  }

  @Test
  void aFunctionThatThrowsMakesTheEventDefective() throws Exception {
    try (MockWebServer server = serving("a\n");
        StreamConnection connection =
            Lines.builder(server.url("/"))
                .id(
                    p -> {
                      throw new IllegalStateException("canary");
                    })
                .open()) {
      Frame event = connection.read(Lines.PATIENT);

      assertEquals(Kind.EVENT, event.kind());
      assertTrue(
          event.defect().getMessage().endsWith("threw java.lang.IllegalStateException"),
          event.defect().getMessage());
    }
  }

  @Test
  void aCursorThatIsTooLongAfterAPostIsTheEnd() throws Exception {
    try (MockWebServer server = serving("a\n");
        StreamConnection connection =
            Lines.builder(server.url("/"))
                .post(RequestBody.create("{}", null))
                .cursor(p -> "x".repeat(5_000))
                .open()) {
      TransportException e =
          assertThrows(TransportException.class, () -> connection.read(Lines.PATIENT));

      assertEquals(Reason.LIMIT, e.reason());
      assertTrue(e.isPermanent());
    }
  }

  @Test
  void theTransportTellsTheSequence() {
    assertNull(Lines.builder(URL).endsWithBody().classified().sequence());
    assertEquals(new Sequence(null, SEQ), Lines.builder(URL).sequence(SEQ).classified().sequence());
    assertEquals(
        new Sequence(ID, SEQ), Lines.builder(URL).sequence(ID, SEQ).classified().sequence());
  }

  private static void assertIdAndCursor(@Nullable String id, @Nullable String cursor, Frame frame) {
    assertEquals(id, frame.id());
    assertEquals(cursor, frame.cursor());
  }

  private static MockWebServer serving(String lines) throws Exception {
    MockWebServer server = new MockWebServer();
    server.start();
    server.enqueue(new MockResponse(200, Headers.of("Content-Type", Lines.TYPE), lines));
    return server;
  }
}
