package dev.perennial.tests.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.json.Json;
import dev.perennial.tests.messages.BrokenServer.Connection;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.tls.HeldCertificate;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As {@link BrokenServersTest}, for WebSockets. */
class BrokenWebSocketsTest {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final Pattern KEY = Pattern.compile("(?i)Sec-WebSocket-Key: (\\S+)");

  record Tick(int price) {}

  // ---- No handshake ----

  @Test
  void refusedConnectionSuggestsThePort() throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = unused.getLocalPort();
    }

    assertEquals(
        "Could not connect to ws://HERE/chat: the connection was refused; check the port, and that"
            + " the server is running",
        said(Failures.of(WebSockets.stream("ws://127.0.0.1:" + port + "/chat")), port));
  }

  @Test
  void wssToAPlainPort() throws Exception {
    assertFailure(
        Reason.TLS,
        "TLS with wss://HERE/chat failed: the server does not speak TLS on this port; use ws:// or"
            + " another port",
        "wss",
        connection -> {
          connection.write("HTTP/1.1 400 Bad Request\nContent-Length: 0\n\n");
          connection.awaitEnd();
        });
  }

  @Test
  void wsToAPortOfTls() throws Exception {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();
    try (BrokenServer server = BrokenServer.withTls(certificate)) {
      String url = "ws://127.0.0.1:" + server.port() + "/chat";

      assertEquals(
          "Expected an HTTP answer from ws://HERE/chat but the server speaks TLS on this port; use"
              + " wss://",
          said(Failures.of(WebSockets.stream(url)), server.port()));
    }
  }

  @Test
  void anotherProtocol() throws Exception {
    assertFailure(
        Reason.RESET,
        "Expected an HTTP answer from ws://HERE/chat but was \"SSH-2.0-OpenSSH_9.6\"; check the"
            + " port",
        "ws",
        connection -> {
          connection.write("SSH-2.0-OpenSSH_9.6\n");
          connection.awaitEnd();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 OK | text/html | (this path speaks no WebSocket, or a proxy on the way has dropped"
            + " Upgrade): \"Chat\"",
        "401 Unauthorized | text/html | (no Authorization was sent: credentials(…) sets it):"
            + " \"Chat\"",
        "404 Not Found | application/json | (check the path): <title>Chat</title>",
        "502 Bad Gateway | text/html | (a gateway got no valid answer from the server behind it):"
            + " \"Chat\"",
      })
  void anotherStatus(String status, String type, String remark) throws Exception {
    assertFailure(
        Reason.HTTP_STATUS,
        "Expected status 101 but was " + status + " from ws://HERE/chat " + remark,
        "ws",
        connection -> {
          connection.readHead();
          connection.write(
              "HTTP/1.1 "
                  + status
                  + "\nContent-Type: "
                  + type
                  + "\nContent-Length: 19\n\n<title>Chat</title>");
          connection.awaitEnd();
        });
  }

  @Test
  void anotherAccept() throws Exception {
    assertFailure(
        Reason.PROTOCOL,
        "Expected the Sec-WebSocket-Accept of the key that was sent in the handshake but was"
            + " nonsense from ws://HERE/chat",
        "ws",
        connection -> {
          connection.readHead();
          connection.write(
              "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\n"
                  + "Sec-WebSocket-Accept: nonsense\n\n");
          connection.awaitEnd();
        });
  }

  // ---- Bad frames ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "81810000000041 | Expected an unmasked frame from the server but was masked",
        "f10141 | Expected a frame without RSV2 and RSV3 but its first byte was 0xf1",
        "8001ff | Expected the first frame of a message but was a continuation",
        "8101ff | Expected UTF-8 in a text message but was an invalid sequence",
        "8b0141 | Expected a frame with opcode 0, 1, 2, 8, 9 or 10 but was 11",
      })
  void aBadFrame(String frame, String words) throws Exception {
    assertFrame(words + " from ws://HERE/chat", frame);
  }

  @Test
  void aCloseWithAReason() throws Exception {
    assertFrame(
        "The WebSocket was closed by ws://HERE/chat with code 1011: overloaded",
        "880c03f3" + ByteString.encodeUtf8("overloaded").hex());
  }

  @Test
  void aCloseWithACodeThatMustNotBeSent() throws Exception {
    assertFrame("The WebSocket was closed by ws://HERE/chat with code 10", "8802000a");
  }

  @Test
  void anEndWithoutCloseFrame() throws Exception {
    assertFailure(
        Reason.CLOSE_CODE,
        "The WebSocket was closed by ws://HERE/chat with no close frame",
        "ws",
        BrokenWebSocketsTest::accept);
  }

  @Test
  void invalidJsonIsLocated() throws Exception {
    try (BrokenServer server =
        BrokenServer.start(connection -> frame(connection, "81077b2261223a7d7d"))) {
      String url = "ws://127.0.0.1:" + server.port() + "/chat";

      assertEquals(
          "Expected an event that can be decoded from ws://HERE/chat but was 7 bytes of type"
              + " \"message\" that begin with \"{\"a\":}}\": Unexpected character ('}' (code 125)):"
              + " expected a value, at line 1, column 6 of the data",
          said(
              Failures.of(WebSockets.builder(url).stream(Json.decoder(Tick.class))),
              server.port()));
    }
  }

  // ---- How they are asserted ----

  private static void accept(Connection connection) throws IOException {
    Matcher key = KEY.matcher(connection.readHead());
    if (!key.find()) {
      throw new IOException("No key");
    }
    String accept = ByteString.encodeUtf8(key.group(1) + GUID).sha1().base64();
    connection.write(
        "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\n"
            + "Sec-WebSocket-Accept: "
            + accept
            + "\n\n");
  }

  private static void frame(Connection connection, String hex) throws IOException {
    accept(connection);
    connection.write(ByteString.decodeHex(hex).toByteArray());
    connection.awaitEnd();
  }

  private static void assertFrame(String message, String hex) throws Exception {
    assertFailure(Reason.CLOSE_CODE, message, "ws", connection -> frame(connection, hex));
  }

  private static void assertFailure(
      Reason reason, String message, String scheme, BrokenServer.Script script) throws Exception {
    try (BrokenServer server = BrokenServer.start(script)) {
      StreamException failure =
          Failures.of(WebSockets.stream(scheme + "://127.0.0.1:" + server.port() + "/chat"));

      assertEquals(message, said(failure, server.port()));
      assertEquals(reason, failure.reason());
    }
  }

  private static String said(StreamException failure, int port) {
    return String.valueOf(failure.getMessage()).replace("127.0.0.1:" + port, "HERE");
  }
}
