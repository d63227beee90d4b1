package dev.perennial.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Payload;
import dev.perennial.Payload.Kind;
import dev.perennial.StreamException.Reason;
import dev.perennial.internal.classify.Identification;
import dev.perennial.internal.classify.IdentifiedFrame;
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
  private static final Frame EVENT =
      Frame.event(
          "own", "message", "{\"id\":\"doc\",\"seq\":\"12-x\",\"none\":\"\"}".getBytes(UTF_8));
  private static final Function<Payload, @Nullable String> ID = Json.field("/id");
  private static final Function<Payload, @Nullable String> SEQ = Json.field("/seq");
  private static final Function<Payload, @Nullable String> EMPTY = Json.field("/none");

  private final IdentifiedFrame into = new IdentifiedFrame();

  @Test
  void withoutFunctionsTheFormatCounts() throws Exception {
    assertSame(EVENT, Identification.OF_FORMAT.identified(EVENT, into));
  }

  @Test
  void theIdIsTheCursorUnlessItIsSet() throws Exception {
    assertIdAndCursor("12-x", "12-x", new Identification(SEQ, null).identified(EVENT, into));
    assertIdAndCursor("doc", "12-x", new Identification(SEQ, ID).identified(EVENT, into));
  }

  @Test
  void theIdAloneLeavesTheCursorToTheFormat() throws Exception {
    assertIdAndCursor("doc", "own", new Identification(null, ID).identified(EVENT, into));
  }

  @Test
  void whatIsEmptyOrAbsentIsNone() throws Exception {
    assertIdAndCursor(null, null, new Identification(EMPTY, null).identified(EVENT, into));
    assertIdAndCursor(
        null, null, new Identification(Json.field("/absent"), null).identified(EVENT, into));
  }

  @Test
  void aCheckpointOfTheFormatDoesNotMoveAPositionThatTheFunctionFinds() throws Exception {
    Frame checkpoint = Frame.cursor("9");

    Frame ignored = new Identification(SEQ, null).identified(checkpoint, into);

    assertEquals(Kind.CURSOR, ignored.kind());
    assertNull(ignored.cursor());
    assertSame(checkpoint, new Identification(null, ID).identified(checkpoint, into));
  }

  @Test
  void whatIsFoundIsBounded() throws Exception {
    String longest = "ä".repeat(2048);
    Identification cursor = new Identification(p -> longest, null);
    assertIdAndCursor(longest, longest, cursor.identified(EVENT, into));

    Identification tooLong = new Identification(null, p -> longest + "x");
    TransportException e =
        assertThrows(TransportException.class, () -> tooLong.identified(EVENT, into));

    assertEquals(Reason.LIMIT, e.reason());
    assertEquals("Expected an id of at most 4096 bytes but was 4097", e.getMessage());
  }

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
    assertNull(Lines.builder(URL).endsWithBody().classifiedTransport().sequence());
    assertEquals(
        new Sequence(null, SEQ), Lines.builder(URL).sequence(SEQ).classifiedTransport().sequence());
    assertEquals(
        new Sequence(ID, SEQ),
        Lines.builder(URL).sequence(ID, SEQ).classifiedTransport().sequence());
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
