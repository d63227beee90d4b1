package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.http.internal.message.ErrorText;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked, and what each answer means. */
class AnswerTest {
  private static final MediaType TEXT = MediaType.get("text/plain");

  private final MockWebServer server = new MockWebServer();

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void asksAsTheFormatSays() throws Exception {
    enqueueStream("a\n");

    lines().open().close();

    RecordedRequest request = server.takeRequest();
    assertEquals("GET /lines?x=1 HTTP/1.1", request.getRequestLine());
    assertEquals(
        Headers.of(
            "Accept", "text/lines",
            "Cache-Control", "no-cache",
            "Accept-Encoding", "identity",
            "Host", server.getHostName() + ":" + server.getPort(),
            "Connection", "Keep-Alive",
            "User-Agent", request.getHeaders().get("User-Agent")),
        request.getHeaders());
  }

  @Test
  void theCallersHeadersCountMore() throws Exception {
    enqueueStream("a\n");

    lines()
        .header("Accept", "text/other")
        .header("cache-control", "no-store")
        .header("X-Tag", "grün")
        .header("X-Tag", "two")
        .open()
        .close();

    Headers headers = server.takeRequest().getHeaders();
    assertEquals("text/other", headers.get("Accept"));
    assertEquals("no-store", headers.get("Cache-Control"));
    assertEquals(java.util.List.of("grün", "two"), headers.values("X-Tag"));
  }

  @Test
  void theCursorIsSentAsUtf8() throws Exception {
    enqueueStream("a\n");

    lines().open(TestAttempt.after("{\"ü\":[1,2]} ≤")).close();

    assertEquals("{\"ü\":[1,2]} ≤", server.takeRequest().getHeaders().get("Last-Event-ID"));
  }

  @Test
  void anEmptyCursorIsNotSent() throws Exception {
    enqueueStream("a\n");

    lines().open(TestAttempt.after("")).close();

    assertNull(server.takeRequest().getHeaders().get("Last-Event-ID"));
  }

  @Test
  void theCursorHeaderCanHaveAnotherName() throws Exception {
    enqueueStream("a\n");

    lines().cursorHeader("X-Since").open(TestAttempt.after("5")).close();

    Headers headers = server.takeRequest().getHeaders();
    assertEquals("5", headers.get("X-Since"));
    assertNull(headers.get("Last-Event-ID"));
  }

  @Test
  void theCursorParameterIsEncodedWholeAndReplacesOne() throws Exception {
    enqueueStream("a\n");

    Lines.builder(server.url("/lines?since=old&a=%2Bb+c&since=older"))
        .cursorParameter("since")
        .open(TestAttempt.after("+ & # % = ü / ? ;"))
        .close();

    RecordedRequest request = server.takeRequest();
    assertEquals(
        "/lines?a=%2Bb+c&since=%2B%20%26%20%23%20%25%20%3D%20%C3%BC%20%2F%20%3F%20%3B",
        request.getTarget());
    assertNull(request.getHeaders().get("Last-Event-ID"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX: y", "a\n", "\r", "\0", "a\u0001b", "\u007f", "a\u001bb"})
  void aCursorWithAControlCharacterIsAGapAndIsNeverSent(String cursor) {
    assertCursorIsAGap(
        lines(),
        cursor,
        "Expected a cursor that the header Last-Event-ID carries unchanged but it has a control"
            + " character: not sent");
  }

  @ParameterizedTest
  @ValueSource(strings = {" 5", "5 ", "\t5", "5\t", "\u00a05", "5\u3000", " "})
  void aCursorThatAHeaderTrimsIsAGapAndIsNeverSent(String cursor) {
    assertCursorIsAGap(
        lines(),
        cursor,
        "Expected a cursor that the header Last-Event-ID carries unchanged but it begins or ends"
            + " with a blank: not sent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "a\ude00b", "\ude00\ud83d", "\ud83d\ude00\ud83d"})
  void aCursorThatUtf8CannotHoldIsAGapAndIsNeverSent(String cursor) {
    assertCursorIsAGap(
        lines().cursorParameter("since"),
        cursor,
        "Expected a cursor that UTF-8 carries unchanged but it has half of a surrogate pair: not"
            + " sent");
  }

  private void assertCursorIsAGap(Lines.Builder lines, String cursor, String message) {
    TransportException e =
        assertThrows(TransportException.class, () -> lines.open(TestAttempt.after(cursor)));

    assertEquals(Reason.GAP, e.reason());
    assertEquals(message, e.getMessage());
    assertFalse(e.isPermanent());
    assertEquals(0, server.getRequestCount());
  }

  @Test
  void aQueryParameterCarriesWhatAHeaderDoesNot() throws Exception {
    enqueueStream("a\n");

    lines().cursorParameter("since").open(TestAttempt.after(" \u0001")).close();

    assertEquals("/lines?x=1&since=%20%01", server.takeRequest().getTarget());
  }

  @Test
  void aLongCursorIsNeverSent() {
    TransportException e =
        assertThrows(
            TransportException.class, () -> lines().open(TestAttempt.after("ü".repeat(2_049))));

    assertEquals(Reason.LIMIT, e.reason());
    assertEquals("Expected a cursor of at most 4096 bytes but was 4098", e.getMessage());
    assertTrue(e.isPermanent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/lines", "TEXT/LINES; charset=utf-8", "text/lines;"})
  void theAcceptedTypeOpens(String type) throws Exception {
    server.enqueue(new MockResponse(200, Headers.of("Content-Type", type), "a\n"));

    try (StreamConnection connection = lines().open()) {
      assertEquals("a", Lines.read(connection));
    }
  }

  @Test
  void anotherTypeIsNeverParsed() {
    server.enqueue(
        new MockResponse(200, Headers.of("Content-Type", "text/html; charset=utf-8"), "<p>"));

    TransportException e = failure();

    assertEquals(Reason.CONTENT_TYPE, e.reason());
    assertEquals(
        "Expected content type text/lines but was text/html; charset=utf-8 from "
            + shown()
            + " (a page for a browser: check the URL, and whether a login is needed)",
        e.getMessage());
  }

  @Test
  void noTypeIsNeverParsed() {
    server.enqueue(new MockResponse(200, Headers.EMPTY, "a\n"));

    TransportException e = failure();

    assertEquals(Reason.CONTENT_TYPE, e.reason());
    assertEquals("Expected content type text/lines but was none from " + shown(), e.getMessage());
  }

  @Test
  void acceptReplacesTheTypes() throws Exception {
    server.enqueue(new MockResponse(200, Headers.of("Content-Type", "text/plain"), "a\n"));

    lines().accept("text/plain", "text/other").open().close();

    assertEquals("text/plain, text/other", server.takeRequest().getHeaders().get("Accept"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "deflate, gzip"})
  void aCodingThatNobodyAskedForIsNoStream(String coding) {
    server.enqueue(
        new MockResponse(
            200, Headers.of("Content-Type", Lines.TYPE, "Content-Encoding", coding), "\u001f"));

    TransportException e = failure();

    assertEquals(Reason.CONTENT_TYPE, e.reason());
    assertEquals(
        "Expected no content coding but was " + coding + " from " + shown(), e.getMessage());
  }

  @Test
  void identityIsNoCoding() throws Exception {
    server.enqueue(
        new MockResponse(
            200, Headers.of("Content-Type", Lines.TYPE, "Content-Encoding", "identity"), "a\n"));

    try (StreamConnection connection = lines().open()) {
      assertEquals("a", Lines.read(connection));
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        201, 206, 300, 304, 400, 401, 403, 404, 405, 406, 408, 421, 425, 426, 429, 500, 501, 502,
        503, 504, 505, 522
      })
  void anyOtherStatusIsAFailureWithItsCode(int code) {
    server.enqueue(new MockResponse(code, Headers.EMPTY, ""));

    TransportException e = failure();

    assertEquals(Reason.HTTP_STATUS, e.reason());
    assertEquals(code, e.code());
    assertNull(e.notBefore());
    assertFalse(e.isPermanent());
    assertEquals(1, server.getRequestCount());
  }

  @Test
  void theMessageSaysWhatTheServerSaid() {
    server.enqueue(
        new MockResponse.Builder()
            .status("HTTP/1.1 503 Busy\tnow")
            .addHeader("Content-Type", "application/problem+json")
            .addHeader("Retry-After", "7")
            .body("{\n  \"title\":\t\"over\u202eload\"\r\n}\n")
            .build());

    TransportException e = failure();

    assertEquals(
        "Expected status 200 but was 503 Busy now from "
            + shown()
            + " (the server asks to wait 7 s): { \"title\": \"over load\" }",
        e.getMessage());
    assertEquals(Duration.ofSeconds(7), e.notBefore());
  }

  @ParameterizedTest
  @CsvSource({"application/octet-stream,", "image/png,", "text/html,gzip"})
  void aBodyThatIsNoTextIsNotShown(String type, String coding) {
    MockResponse.Builder response =
        new MockResponse.Builder().code(500).addHeader("Content-Type", type).body("canary");
    if (coding != null) {
      response.addHeader("Content-Encoding", coding);
    }
    server.enqueue(response.build());

    assertFalse(failure().getMessage().contains("canary"));
  }

  @Test
  void aLongBodyIsShownByItsBeginning() {
    server.enqueue(
        new MockResponse(
            500, Headers.of("Content-Type", "text/plain"), "x".repeat(ErrorText.MAX_CHARS + 1)));

    assertTrue(failure().getMessage().endsWith(": " + "x".repeat(ErrorText.MAX_CHARS) + "…"));
  }

  @Test
  void anEndlessBodyOfAnErrorIsGivenUp() throws Exception {
    CountDownLatch isOver = new CountDownLatch(1);
    try (RawServer raw =
        RawServer.start(
            peer -> {
              peer.readHead();
              peer.write("HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\n\r\nfirst");
              peer.awaitClose();
              isOver.countDown();
            })) {
      TransportException e =
          assertThrows(TransportException.class, () -> Lines.builder(raw.url()).open());

      assertTrue(e.getMessage().endsWith(": first"), e.getMessage());
      Background.await(isOver);
    }
  }

  @Test
  void ofAnEndlessBodyOfAnErrorOnlyTheBeginningIsRead() {
    AtomicLong read = new AtomicLong();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  Response response = chain.proceed(chain.request());
                  ResponseBody endless =
                      ResponseBody.create(Okio.buffer(new Endless(read)), TEXT, -1);
                  return response.newBuilder().body(endless).build();
                })
            .build();
    server.enqueue(new MockResponse(500, Headers.of("Content-Type", "text/plain"), ""));

    TransportException e =
        assertThrows(TransportException.class, () -> lines().client(client).open());

    assertTrue(e.getMessage().endsWith("x…"), e.getMessage());
    assertTrue(read.get() > 0 && read.get() <= 128 * 1024, read + " bytes");
  }

  /** Letters without an end, which are counted. */
  private record Endless(AtomicLong read) implements Source {
    @Override
    public long read(Buffer sink, long byteCount) {
      int count = (int) Math.min(byteCount, 1024);
      sink.writeUtf8("x".repeat(count));
      read.addAndGet(count);
      return count;
    }

    @Override
    public Timeout timeout() {
      return Timeout.NONE;
    }

    @Override
    public void close() {}
  }

  @Test
  void aBodyThatBreaksOffIsShownAsFarAsItCame() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .code(500)
            .addHeader("Content-Type", "text/plain")
            .body("ab".repeat(10_000))
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());

    assertTrue(failure().getMessage().contains(": abab"));
  }

  @Test
  void noContentIsAStatus() {
    server.enqueue(new MockResponse.Builder().code(204).build());

    TransportException e = failure();

    assertEquals(Reason.HTTP_STATUS, e.reason());
    assertEquals(204, e.code());
  }

  @Test
  void aReplayThatIsNotPossibleIsAGap() {
    server.enqueue(
        new MockResponse.Builder().code(204).addHeader("X-Replay-Not-Possible", "true").build());

    TransportException e = failureAfter("5");

    assertEquals(Reason.GAP, e.reason());
    assertEquals(204, e.code());
  }

  @Test
  void goneIsAGap() {
    server.enqueue(new MockResponse.Builder().code(410).build());

    TransportException e = failureAfter("5");

    assertEquals(Reason.GAP, e.reason());
    assertEquals(410, e.code());
    assertEquals(
        "The server cannot replay after the cursor: 410 Client Error from " + shown(),
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 410})
  void withoutACursorNothingIsMissing(int code) {
    server.enqueue(
        new MockResponse.Builder().code(code).addHeader("X-Replay-Not-Possible", "true").build());

    TransportException e = failure();

    assertEquals(Reason.HTTP_STATUS, e.reason());
    assertEquals(code, e.code());
  }

  @ParameterizedTest
  @ValueSource(ints = {414, 431})
  void whatIsTooLongNamesTheCursor(int code) {
    server.enqueue(new MockResponse.Builder().code(code).build());

    assertTrue(
        failureAfter("x".repeat(4_000))
            .getMessage()
            .endsWith("(the cursor that was sent has 4000 bytes)"));
  }

  private Lines.Builder lines() {
    return Lines.builder(server.url("/lines?x=1"));
  }

  private String shown() {
    return server.url("/lines").toString();
  }

  private TransportException failure() {
    return assertThrows(TransportException.class, () -> lines().open());
  }

  private TransportException failureAfter(String cursor) {
    return assertThrows(TransportException.class, () -> lines().open(TestAttempt.after(cursor)));
  }

  private void enqueueStream(String body) {
    server.enqueue(new MockResponse(200, Headers.of("Content-Type", Lines.TYPE), body));
  }
}
