package dev.perennial.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.Dispatcher;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import okio.Okio;
import okio.Socket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What upgraded connections rely on OkHttp for: that an ordinary call with {@code Connection:
 * Upgrade} gives the socket of a 101 in {@code Response.socket()}, with what came behind the
 * headers still to be read, and lets go of it when the call is cancelled.
 */
@Timeout(60)
class UpgradeTest {
  private static final String SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\n";

  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();

  private RawServer server(String answer) throws IOException {
    return RawServer.start(
        peer -> {
          heads.add(peer.readHead());
          peer.write(answer);
          peer.awaitClose();
        });
  }

  private String head() throws InterruptedException {
    return Objects.requireNonNull(heads.poll(20, TimeUnit.SECONDS), "no request came");
  }

  // ---- What OkHttp gives ----

  @Test
  void theSocketOfA101GivesWhatCameBehindTheHeadersAndTakesWhatIsWritten() throws Exception {
    BlockingQueue<String> written = new LinkedBlockingQueue<>();
    try (RawServer server =
            RawServer.start(
                peer -> {
                  peer.readHead();
                  peer.write(SWITCHING + "first\n");
                  written.add(peer.readHead());
                  peer.write("second\n");
                  peer.awaitClose();
                });
        UpgradedLines lines = UpgradedLines.open(new Builder(server.url()))) {
      assertEquals("first", lines.line());
      lines.write("from us\r\n\r\n");
      assertEquals("second", lines.line());
      assertEquals("from us\r\n\r\n", written.poll(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void openSocketsTakeNoPlaceInTheDispatcher() throws Exception {
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(1);
    OkHttpClient client = new OkHttpClient.Builder().dispatcher(dispatcher).build();
    List<UpgradedLines> open = new ArrayList<>();
    try (RawServer server = server(SWITCHING + "hello\n")) {
      for (int i = 0; i < 100; i++) {
        open.add(UpgradedLines.open(new Builder(server.url()).client(client)));
      }
      for (UpgradedLines each : open) {
        assertEquals("hello", each.line());
      }
    } finally {
      for (UpgradedLines each : open) {
        each.close();
      }
      client.connectionPool().evictAll();
    }
    assertEquals(0, dispatcher.runningCallsCount());
  }

  @Test
  void closeEndsAReadThatWaits() throws Exception {
    try (RawServer server = server(SWITCHING);
        UpgradedLines lines = UpgradedLines.open(new Builder(server.url()))) {
      Background<String> reading = Background.call(lines::line);
      lines.connection.close();
      assertNotNull(reading.failure(IOException.class));
    }
  }

  // ---- The request ----

  @Test
  void asksAsTheProtocolSaysAndNothingElse() throws Exception {
    try (RawServer server = server(SWITCHING)) {
      UpgradedLines.open(
              new Builder(server.url()).header("X-Api-Key", "k").cursorParameter("since"))
          .close();
      String head = head();
      assertTrue(head.contains("\r\nUpgrade: lines\r\n"), head);
      assertTrue(head.contains("\r\nConnection: Upgrade\r\n"), head);
      assertTrue(head.contains("\r\nX-Api-Key: k\r\n"), head);
      assertTrue(head.contains("\r\nAccept-Encoding: identity\r\n"), head);
      assertEquals(-1, head.indexOf("\r\nAccept: "), head);
    }
  }

  @Test
  void cursorGoesWhereTheCallerSays() throws Exception {
    try (RawServer server = server(SWITCHING)) {
      UpgradedLines.open(new Builder(server.url()).cursorParameter("since"), "é&+\"{").close();
      assertTrue(head().startsWith("GET /lines?since=%C3%A9%26%2B%22%7B HTTP/1.1\r\n"));
      UpgradedLines.open(new Builder(server.url()).cursorHeader("X-Since"), "5").close();
      assertTrue(head().contains("\r\nX-Since: 5\r\n"));
    }
  }

  @Test
  void cursorMayBeInTheRequestThatTheCallerMakes() throws Exception {
    try (RawServer server = server(SWITCHING)) {
      RequestSource source =
          attempt ->
              new Request.Builder()
                  .url(server.url().replace("ws://", "http://") + "?from=" + attempt.cursor())
                  .build();

      UpgradedLines.open(new Builder(source).cursorInRequest(), "5").close();

      assertTrue(head().contains("?from=5 HTTP/1.1\r\n"));
    }
  }

  @Test
  void cursorWithoutAWayToTheServerIsRefusedInWords() throws Exception {
    try (RawServer server = server(SWITCHING)) {
      TransportException refused =
          assertThrows(
              TransportException.class,
              () -> UpgradedLines.open(new Builder(server.url()), "5").close());
      assertTrue(refused.isPermanent());
      assertEquals(
          "A cursor to start after needs a way to the server: cursorParameter(…), cursorHeader(…)"
              + ", cursorInRequest() or a message on open",
          refused.getMessage());
      assertEquals(0, server.connections());
    }
    assertThrows(
        IllegalStateException.class,
        () -> new Builder("ws://127.0.0.1/").cursor(payload -> "1").stream());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Upgrade", "connection", "Sec-WebSocket-Key"})
  void headersOfTheHandshakeAreRefused(String name) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> new Builder("ws://127.0.0.1/").header(name, "x"));
    assertEquals(
        "header " + name + " belongs to the handshake and is set by this library",
        refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-WebSocket-Protocol, : subprotocols(…) offers subprotocols",
    "sec-websocket-extensions, : compressed() offers the only one it knows",
    "Connection, ''",
  })
  void headersOfTheHandshakeAreRefusedOnARequestToo(String name, String instead) {
    Request request = new Request.Builder().url("http://127.0.0.1/").header(name, "x").build();
    String expected =
        "header " + name + " belongs to the handshake and is set by this library" + instead;

    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new Builder(RequestSource.of(request)));
    TransportException late =
        assertThrows(
            TransportException.class, () -> UpgradedLines.open(new Builder(attempt -> request)));

    assertEquals(expected, refused.getMessage());
    assertEquals(expected, late.getMessage());
    assertTrue(late.isPermanent());
  }

  @Test
  void onlyAGetIsSent() {
    Request post =
        new Request.Builder()
            .url("http://127.0.0.1/")
            .post(RequestBody.create(new byte[0]))
            .build();
    assertThrows(IllegalArgumentException.class, () -> new Builder(RequestSource.of(post)));
    TransportException refused =
        assertThrows(
            TransportException.class, () -> UpgradedLines.open(new Builder(attempt -> post)));
    assertEquals(
        "Expected the request of a handshake to be a GET but was POST", refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "ws://h.example/a?b=c, http://h.example/a?b=c",
    "WSS://h.example, https://h.example/",
    "https://h.example/x, https://h.example/x"
  })
  void urlsOfBothSchemesAreTaken(String url, String sent) throws IOException {
    assertEquals(sent, UpgradeBuilder.sourceOf(url).request(new TestAttempt()).url().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://h.example/", "ws:/h", "wsx://h.example/", ""})
  void otherUrlsAreRefused(String url) {
    assertThrows(IllegalArgumentException.class, () -> UpgradeBuilder.sourceOf(url));
  }

  // ---- The answer ----

  @ParameterizedTest
  @CsvSource({
    "200 OK, HTTP_STATUS, 200",
    "204 No Content, HTTP_STATUS, 204",
    "400 Bad Request, HTTP_STATUS, 400",
    "401 Unauthorized, HTTP_STATUS, 401",
    "403 Forbidden, HTTP_STATUS, 403",
    "410 Gone, HTTP_STATUS, 410",
    "426 Upgrade Required, HTTP_STATUS, 426",
    "503 Unavailable, HTTP_STATUS, 503",
  })
  void anyOtherStatusIsRefusedWithItsCode(String status, Reason reason, int code) throws Exception {
    try (RawServer server =
        server(
            "HTTP/1.1 " + status + "\r\nRetry-After: 99999999999\r\nContent-Length: 0\r\n\r\n")) {
      TransportException refused =
          assertThrows(
              TransportException.class, () -> UpgradedLines.open(new Builder(server.url())));
      assertEquals(reason, refused.reason());
      assertEquals(code, refused.code());
      assertTrue(
          String.valueOf(refused.getMessage()).startsWith("Expected status 101 but was " + code),
          refused.getMessage());
    }
  }

  @Test
  void goneCursorIsAGap() throws Exception {
    try (RawServer server = server("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")) {
      TransportException refused =
          assertThrows(
              TransportException.class,
              () -> UpgradedLines.open(new Builder(server.url()).cursorParameter("since"), "5"));
      assertEquals(Reason.GAP, refused.reason());
    }
  }

  @Test
  void a101WithoutAnUpgradeIsRefused() throws Exception {
    try (RawServer server = server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: lines\r\n\r\n")) {
      TransportException refused =
          assertThrows(
              TransportException.class, () -> UpgradedLines.open(new Builder(server.url())));
      assertEquals(Reason.PROTOCOL, refused.reason());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection: Upgrade, keep-alive",
        "Connection: keep-alive,upgrade",
        "Connection: Upgrade\r\nConnection: keep-alive",
      })
  void a101MayHaveFurtherConnectionOptions(String fields) throws Exception {
    try (RawServer server =
            server(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: lines\r\n"
                    + fields
                    + "\r\n\r\nhi\n");
        UpgradedLines lines = UpgradedLines.open(new Builder(server.url()))) {
      assertEquals("hi", lines.line());
    }
  }

  @Test
  void relativeRedirectKeepsItsSchemeWhateverItsQueryHolds() throws Exception {
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    try (RawServer server =
            RawServer.start(
                peer -> {
                  String head = peer.readHead();
                  asked.add(head.substring(0, head.indexOf('\r')));
                  if (head.startsWith("GET /lines")) {
                    peer.write(
                        "HTTP/1.1 307 Moved\r\nLocation: ws-2?next=https://h.example/\r\n"
                            + "Connection: close\r\nContent-Length: 0\r\n\r\n");
                    return;
                  }
                  peer.write(SWITCHING);
                  peer.awaitClose();
                });
        UpgradedLines lines = UpgradedLines.open(new Builder(server.url()))) {
      assertNotNull(lines);
      asked.take();
      assertEquals("GET /ws-2?next=https://h.example/ HTTP/1.1", asked.poll(20, TimeUnit.SECONDS));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "ws"})
  void redirectsAreFollowedWithoutTheCallersHeadersToAnotherOrigin(String scheme) throws Exception {
    try (RawServer there = server(SWITCHING + "moved\n")) {
      String location = scheme + there.url().substring("http".length());
      try (RawServer here =
              server(
                  "HTTP/1.1 307 Moved\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
          UpgradedLines lines =
              UpgradedLines.open(
                  new Builder(here.url()).header("X-Api-Key", "k").cursorParameter("since"), "5")) {
        assertEquals("moved", lines.line());
        assertTrue(head().contains("X-Api-Key"));
        String second = head();
        assertTrue(second.startsWith("GET /lines?since=5 HTTP/1.1\r\n"), second);
        assertEquals(-1, second.indexOf("X-Api-Key"), second);
        assertTrue(second.contains("\r\nUpgrade: lines\r\n"), second);
      }
    }
  }

  // ---- A protocol of lines ----

  private static final class Builder extends UpgradeBuilder<Builder> implements UpgradeProtocol {
    Builder(String url) {
      this(sourceOf(url));
    }

    Builder(RequestSource source) {
      super(source);
    }

    @Override
    protected UpgradeProtocol protocol(int maxEventBytes) {
      return this;
    }

    @Override
    protected boolean isCursorInMessage() {
      return false;
    }

    @Override
    public Headers handshake() {
      return Headers.of("Upgrade", "lines", "Connection", "Upgrade");
    }

    @Override
    public StreamConnection newConnection(Attempt attempt, Upgrade upgrade) {
      return new Connection(upgrade);
    }
  }

  private static final class Connection implements StreamConnection {
    private final Upgrade upgrade;
    private @Nullable Socket socket;

    Connection(Upgrade upgrade) {
      this.upgrade = upgrade;
    }

    @Override
    public void open() throws IOException {
      Response response = upgrade.open();
      socket = response.socket();
    }

    @Override
    public @Nullable Frame read(Deadlines limits) {
      throw new UnsupportedOperationException("The test reads the socket");
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    public long lastByteNanos() {
      return 0;
    }

    @Override
    public void close() {
      upgrade.close();
    }
  }

  /** An open connection of the test. */
  private record UpgradedLines(Connection connection, Socket socket, BufferedSource source)
      implements AutoCloseable {

    static UpgradedLines open(Builder builder) throws IOException {
      return open(new TestAttempt(), builder);
    }

    static UpgradedLines open(Builder builder, String cursor) throws IOException {
      return open(TestAttempt.after(cursor), builder);
    }

    private static UpgradedLines open(Attempt attempt, Builder builder) throws IOException {
      Connection connection = (Connection) builder.transport().newConnection(attempt);
      connection.open();
      Socket socket = Objects.requireNonNull(connection.socket, "socket");
      return new UpgradedLines(connection, socket, Okio.buffer(socket.getSource()));
    }

    String line() throws IOException {
      return source.readUtf8LineStrict();
    }

    void write(String text) throws IOException {
      socket.getSink().write(new okio.Buffer().write(text.getBytes(UTF_8)), text.length());
      socket.getSink().flush();
    }

    @Override
    public void close() throws IOException {
      connection.close();
      source.close();
      socket.getSink().close();
    }
  }
}
