package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.http.internal.exchange.StreamingClient;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request is sent as often as the subscription says, and a POST never twice by accident. */
class ResendTest {
  private static final RequestBody BODY = RequestBody.create("body", null);

  private final MockWebServer server = new MockWebServer();

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "408,",
    "408,0",
    "408,7",
    "408,99999999999999999999",
    "408,soon",
    "503,",
    "503,0",
    "503,7",
    "503,99999999999999999999",
    "503,soon",
    "429,0",
    "421,"
  })
  void okHttpNeverSendsAgainByItself(int code, @Nullable String retryAfter) {
    MockResponse.Builder busy = new MockResponse.Builder().code(code);
    if (retryAfter != null) {
      busy.addHeader("Retry-After", retryAfter);
    }
    server.enqueue(busy.build());
    server.enqueue(stream());

    TransportException e = failure(lines());

    assertEquals(code, e.code());
    assertEquals(1, server.getRequestCount());
    assertEquals(
        retryAfter == null || retryAfter.equals("soon")
            ? null
            : retryAfter.length() > 5
                ? Duration.ofNanos(Long.MAX_VALUE)
                : Duration.ofSeconds(Long.parseLong(retryAfter)),
        e.notBefore());
  }

  /** The reason for {@link StreamingClient}: fails when OkHttp needs it no more. */
  @Test
  void okHttpAloneThrowsOnALongRetryAfter() {
    server.enqueue(busy(503, "99999999999999999999"));
    Request request = new Request.Builder().url(server.url("/")).build();

    assertThrows(NumberFormatException.class, () -> new OkHttpClient().newCall(request).execute());
  }

  /** The reason for {@link StreamingClient}: fails when OkHttp needs it no more. */
  @ParameterizedTest
  @CsvSource({"503,0", "408,0"})
  void okHttpAloneSendsAgain(int code, String retryAfter) throws Exception {
    server.enqueue(busy(code, retryAfter));
    server.enqueue(new MockResponse.Builder().build());
    Request request = new Request.Builder().url(server.url("/")).build();

    try (Response response = new OkHttpClient().newCall(request).execute()) {
      assertEquals(200, response.code());
    }
    assertEquals(2, server.getRequestCount());
  }

  @Test
  void theLargerOfTwoRetryAfterCounts() {
    server.enqueue(
        new MockResponse.Builder()
            .code(503)
            .addHeader("Retry-After", "5")
            .addHeader("Retry-After", "20")
            .addHeader("Perennial-Retry-After", "3000")
            .build());

    assertEquals(Duration.ofSeconds(20), failure(lines()).notBefore());
  }

  @Test
  void theCallersInterceptorsSeeTheHeaderAsItCame() {
    List<List<String>> seen = new CopyOnWriteArrayList<>();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(chain -> noted(chain.proceed(chain.request()), seen))
            .addNetworkInterceptor(chain -> noted(chain.proceed(chain.request()), seen))
            .build();
    server.enqueue(busy(503, "0"));

    failure(lines().client(client));

    assertEquals(List.of(List.of("0"), List.of("0")), seen);
  }

  private static Response noted(Response response, List<List<String>> seen) {
    seen.add(response.headers("Retry-After"));
    assertNull(response.header("Perennial-Retry-After"));
    return response;
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 408, 410, 425, 429, 503})
  void aPostThatWasNotProcessedMayComeAgain(int code) {
    server.enqueue(busy(code, "0"));

    TransportException e = failure(lines().post(BODY));

    assertEquals(code, e.code());
    assertFalse(e.isPermanent());
    assertEquals(1, server.getRequestCount());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 421, 500, 502, 504})
  void aPostThatMayHaveBeenProcessedIsNotSentAgain(int code) {
    server.enqueue(busy(code, "0"));

    TransportException e = failure(lines().post(BODY));

    assertEquals(code, e.code());
    assertTrue(e.isPermanent());
    assertTrue(
        e.getMessage()
            .endsWith(
                " (the POST may have been processed and is not sent again; resendAfterEvents()"
                    + " allows it)"),
        e.getMessage());
  }

  @Test
  void aPostThatWasCutOffBeforeTheAnswerIsNotSentAgain() {
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());

    TransportException e = failure(lines().post(BODY));

    assertEquals(Reason.RESET, e.reason());
    assertTrue(e.isPermanent());
    assertEquals(1, server.getRequestCount());
  }

  @Test
  void aPostThatNeverArrivedMayComeAgain() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closedPort = socket.getLocalPort();
    }

    TransportException e = failure(Lines.builder("http://127.0.0.1:" + closedPort).post(BODY));

    assertEquals(Reason.CONNECT, e.reason());
    assertFalse(e.isPermanent());
  }

  @Test
  void aPostNeverMeetsAConnectionThatWasUsedBefore() throws Exception {
    try (RawServer raw =
        RawServer.start(
            peer -> {
              peer.readHead();
              peer.write("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
              peer.awaitClose();
            })) {
      Lines.Builder builder = Lines.builder(raw.url()).post(BODY);

      assertEquals(503, failure(builder).code());
      assertEquals(503, failure(builder).code());

      assertEquals(2, raw.connections());
    }
  }

  @Test
  void aPostThatBreaksOffInItsAnswerIsNotSentAgain() throws Exception {
    server.enqueue(
        stream()
            .newBuilder()
            .body("a\n" + "b".repeat(20_000))
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());

    try (StreamConnection connection = lines().post(BODY).open()) {
      assertEquals("a", Lines.read(connection));

      TransportException e = assertThrows(TransportException.class, () -> Lines.read(connection));

      assertEquals(Reason.RESET, e.reason());
      assertTrue(e.isPermanent());
    }
  }

  @Test
  void aPostThatGoesSilentIsNotSentAgain() throws Exception {
    try (RawServer raw =
            RawServer.start(
                peer -> {
                  peer.openStream();
                  peer.awaitClose();
                });
        StreamConnection connection = Lines.builder(raw.url()).post(BODY).open()) {
      TransportException e =
          assertThrows(TransportException.class, () -> connection.read(Lines.within(30, 10_000)));

      assertEquals(Reason.STALE, e.reason());
      assertTrue(e.isPermanent());
    }
  }

  @Test
  void anEventThatIsTooLargeEndsAPostForGood() throws Exception {
    server.enqueue(stream().newBuilder().body("too long").build());

    try (StreamConnection connection = lines().post(BODY).maxEventBytes(4).open()) {
      TransportException e = assertThrows(TransportException.class, () -> Lines.read(connection));

      assertEquals(Reason.LIMIT, e.reason());
      assertTrue(e.isPermanent());
    }
  }

  @Test
  void theEndOfAPostMustBeDeclared() throws Exception {
    server.enqueue(stream());

    try (StreamConnection connection = lines().post(BODY).open()) {
      assertEquals("a", Lines.read(connection));

      TransportException e = assertThrows(TransportException.class, () -> Lines.read(connection));

      assertEquals(Reason.INCOMPLETE, e.reason());
      assertTrue(e.isPermanent());
      assertEquals(
          "The answer to the POST ended and nothing says whether it was complete: "
              + server.url("/lines")
              + "; declare endsAt(), endsAfter() or endsWithBody() (the POST may have been"
              + " processed and is not sent again; resendAfterEvents() allows it)",
          e.getMessage());
    }
  }

  @Test
  void aPostThatEndsBeforeItsMarkerIsIncompleteForGood() throws Exception {
    server.enqueue(stream());

    try (StreamConnection connection =
        lines().post(BODY).endsAt(p -> p.text().equals("[DONE]")).open()) {
      assertEquals("a", Lines.read(connection));

      TransportException e = assertThrows(TransportException.class, () -> Lines.read(connection));

      assertEquals(Reason.INCOMPLETE, e.reason());
      assertTrue(e.isPermanent());
    }
  }

  @Test
  void resendAfterEventsMakesAPostLikeAGet() throws Exception {
    server.enqueue(stream());
    server.enqueue(busy(500, "0"));
    server.enqueue(stream());
    Lines.Builder builder = lines().post(BODY).resendAfterEvents();

    try (StreamConnection connection = builder.open()) {
      assertEquals("a", Lines.read(connection));
      assertNull(Lines.read(connection));
    }
    assertFalse(failure(builder).isPermanent());
    builder.open().close();

    for (int i = 0; i < 3; i++) {
      assertEquals("body", server.takeRequest().getBody().utf8());
    }
  }

  @Test
  void aRequestThatIsAPostItselfIsTreatedAsOne() {
    server.enqueue(busy(500, "0"));
    Request request = new Request.Builder().url(server.url("/lines")).post(BODY).build();

    assertTrue(failure(Lines.builder(attempt -> request)).isPermanent());
  }

  @Test
  void aBodyThatIsWrittenOnceIsNotSentAgainEvenOn503() {
    server.enqueue(busy(503, "0"));

    TransportException e = failure(lines().post(new OneShot()));

    assertTrue(e.isPermanent());
    assertTrue(
        e.getMessage().endsWith(" (the POST is not sent again: its body can be written once only)"),
        e.getMessage());
    assertEquals(Duration.ZERO, e.notBefore());
  }

  @Test
  void aPostThatIsAnsweredWith204IsLeftToTheTable() {
    server.enqueue(new MockResponse.Builder().code(204).build());
    server.enqueue(new MockResponse.Builder().code(204).build());

    for (RequestBody body : List.of(BODY, new OneShot())) {
      TransportException e = failure(lines().post(body));

      assertEquals(Reason.HTTP_STATUS, e.reason());
      assertEquals(204, e.code());
      assertFalse(e.isPermanent());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 410})
  void aPostWhoseCursorIsGoneIsAGap(int code) {
    server.enqueue(
        new MockResponse.Builder().code(code).addHeader("X-Replay-Not-Possible", "true").build());

    TransportException e =
        assertThrows(
            TransportException.class, () -> lines().post(BODY).open(TestAttempt.after("7")));

    assertEquals(Reason.GAP, e.reason());
    assertFalse(e.isPermanent());
  }

  private Lines.Builder lines() {
    return Lines.builder(server.url("/lines"));
  }

  private static TransportException failure(Lines.Builder builder) {
    return assertThrows(TransportException.class, builder::open);
  }

  private static MockResponse busy(int code, String retryAfter) {
    return new MockResponse.Builder().code(code).addHeader("Retry-After", retryAfter).build();
  }

  private static MockResponse stream() {
    return new MockResponse(200, Headers.of("Content-Type", Lines.TYPE), "a\n");
  }

  private static final class OneShot extends RequestBody {
    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.writeUtf8("once");
    }
  }
}
