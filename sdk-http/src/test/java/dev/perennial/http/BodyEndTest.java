package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only an end that the server has declared, and that is outside of any event, is a success. */
class BodyEndTest {
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

  @ParameterizedTest
  @ValueSource(strings = {"2\r\na\n\r\n0\r\n\r\n", "2;x=y\r\na\n\r\n0\r\n\r\n"})
  void theLastChunkCompletes(String body) throws Exception {
    assertCompletes(CHUNKED, body);
  }

  @Test
  void theWholeLengthCompletes() throws Exception {
    assertCompletes("Content-Length: 2\r\n", "a\n");
  }

  @Test
  void anEndInsideAnEventIsIncompleteAlthoughTheServerHasDeclaredIt() throws Exception {
    TransportException e = incomplete(CHUNKED, "4\r\na\nbc\r\n0\r\n\r\n");

    assertTrue(
        e.getMessage().startsWith("Expected the end of an event but http://127.0.0.1:"),
        e.getMessage());
    assertTrue(e.getMessage().endsWith("/lines ended inside it"), e.getMessage());
  }

  @Test
  void aBodyThatEndsOnlyWithItsConnectionMayHaveBeenCut() throws Exception {
    TransportException e = incomplete("", "a\n");

    assertTrue(
        e.getMessage().endsWith("; endsWithBodyOrClose() accepts that as its end"), e.getMessage());
  }

  @Test
  void aBodyThatEndsWithItsConnectionIsCompleteByChoice() throws Exception {
    try (RawServer raw = server("", "a\n");
        StreamConnection connection = Lines.builder(raw.url()).endsWithBodyOrClose().open()) {
      assertEquals("a", Lines.read(connection));
      assertEquals(Frame.Kind.END, end(connection));
    }
  }

  @Test
  void anEndInsideAnEventIsIncompleteWhateverWasChosen() throws Exception {
    try (RawServer raw = server("", "a\nb");
        StreamConnection connection = Lines.builder(raw.url()).endsWithBodyOrClose().open()) {
      assertEquals("a", Lines.read(connection));
      assertEquals(Reason.INCOMPLETE, failure(connection).reason());
    }
  }

  @Test
  void theEndOfAnHttp2StreamCompletes() throws Exception {
    List<Protocol> protocols = List.of(Protocol.H2_PRIOR_KNOWLEDGE);
    try (MockWebServer server = new MockWebServer()) {
      server.setProtocols(protocols);
      server.start();
      server.enqueue(
          new MockResponse.Builder()
              .headers(Headers.of("Content-Type", Lines.TYPE))
              .body("a\n")
              .build());
      Lines.Builder lines =
          Lines.builder(server.url("/"))
              .client(new OkHttpClient.Builder().protocols(protocols).build());

      try (StreamConnection connection = lines.endsWithBody().open()) {
        assertEquals("a", Lines.read(connection));
        assertEquals(Frame.Kind.END, end(connection));
      }
    }
  }

  @Test
  void aBodyOfTheCallersInterceptorEndsAsTheCallerSays() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain ->
                    new Response.Builder()
                        .request(chain.request())
                        .protocol(Protocol.HTTP_1_1)
                        .code(200)
                        .message("")
                        .body(ResponseBody.create("a\n", MediaType.get(Lines.TYPE)))
                        .header("Content-Type", Lines.TYPE)
                        .build())
            .build();

    try (StreamConnection connection =
        Lines.builder("http://127.0.0.1:1/").client(client).endsWithBody().open()) {
      assertEquals("a", Lines.read(connection));
      assertEquals(Frame.Kind.END, end(connection));
    }
  }

  @Test
  void anIncompleteAnswerToAPostIsPermanent() throws Exception {
    try (RawServer raw = server("", "a\n");
        StreamConnection connection =
            Lines.builder(raw.url()).post(RequestBody.create("", null)).endsWithBody().open()) {
      assertEquals("a", Lines.read(connection));

      TransportException e = failure(connection);

      assertEquals(Reason.INCOMPLETE, e.reason());
      assertTrue(e.isPermanent());
    }
  }

  @Test
  void aStreamWithoutAnEndIsReconnectedAfterAnEndInsideAnEvent() throws Exception {
    try (RawServer raw = server("", "a\nb");
        StreamConnection connection = Lines.builder(raw.url()).open()) {
      assertEquals("a", Lines.read(connection));
      assertEquals(null, connection.read(Lines.PATIENT));
    }
  }

  private static void assertCompletes(String headers, String body) throws Exception {
    try (RawServer raw = server(headers, body);
        StreamConnection connection = Lines.builder(raw.url()).endsWithBody().open()) {
      assertEquals("a", Lines.read(connection));
      assertEquals(Frame.Kind.END, end(connection));
    }
  }

  private static TransportException incomplete(String headers, String body) throws Exception {
    try (RawServer raw = server(headers, body);
        StreamConnection connection = Lines.builder(raw.url()).endsWithBody().open()) {
      assertEquals("a", Lines.read(connection));
      TransportException e = failure(connection);
      assertEquals(Reason.INCOMPLETE, e.reason());
      return e;
    }
  }

  private static Frame.Kind end(StreamConnection connection) throws Exception {
    Frame frame = connection.read(Lines.PATIENT);
    return frame == null ? Frame.Kind.HEARTBEAT : frame.kind();
  }

  private static TransportException failure(StreamConnection connection) {
    return assertThrows(TransportException.class, () -> connection.read(Lines.PATIENT));
  }

  private static RawServer server(String headers, String body) throws Exception {
    return RawServer.start(
        peer -> {
          peer.readHead();
          peer.write("HTTP/1.1 200 OK\r\nContent-Type: " + Lines.TYPE + "\r\n" + headers + "\r\n");
          peer.write(body);
        });
  }
}
