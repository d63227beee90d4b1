package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipTest {
  private static final int MEBIBYTE = 1024 * 1024;

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
  @ValueSource(strings = {"gzip", "GZIP", "x-gzip"})
  void aCompressedBodyIsInflated(String coding) throws Exception {
    server.enqueue(answer(coding, gzip("a\nb\n")));

    try (StreamConnection connection = lines().open()) {
      assertEquals("a", Lines.read(connection));
      assertEquals("b", Lines.read(connection));
      assertNull(Lines.read(connection));
      assertEquals(4, connection.bytesRead());
    }
    assertEquals("gzip", server.takeRequest().getHeaders().get("Accept-Encoding"));
  }

  @Test
  void aBodyThatIsNotCompressedIsFine() throws Exception {
    server.enqueue(answer("identity", new Buffer().writeUtf8("a\n")));

    try (StreamConnection connection = lines().open()) {
      assertEquals("a", Lines.read(connection));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "deflate", "gzip, gzip"})
  void anotherCodingIsRefused(String coding) {
    server.enqueue(answer(coding, new Buffer().writeUtf8("a\n")));

    TransportException e = assertThrows(TransportException.class, () -> lines().open());

    assertEquals(Reason.CONTENT_TYPE, e.reason());
    assertEquals(
        "Expected gzip or no content coding but was " + coding + " from " + server.url("/"),
        e.getMessage());
  }

  @Test
  void aBodyThatEndsWithinTheCodingWasCutOff() throws Exception {
    Buffer whole = gzip("a\n" + random(10_000) + "\n");
    Buffer half = new Buffer();
    half.write(whole, whole.size() / 2);
    server.enqueue(answer("gzip", half));

    try (StreamConnection connection = lines().open()) {
      assertEquals("a", Lines.read(connection));
      TransportException e = assertThrows(TransportException.class, () -> Lines.read(connection));
      assertEquals(Reason.RESET, e.reason());
      assertFalse(e.isPermanent());
    }
  }

  @Test
  void aBodyThatIsOverBeforeTheCodingBeganWasCutOff() throws Exception {
    RawServer.Script script =
        peer -> {
          peer.readHead();
          peer.write(
              "HTTP/1.1 200 OK\r\nContent-Type: "
                  + Lines.TYPE
                  + "\r\nContent-Encoding: gzip\r\n\r\n");
        };
    try (RawServer raw = RawServer.start(script);
        StreamConnection connection = Lines.builder(raw.url()).gzip().open()) {
      TransportException e = assertThrows(TransportException.class, () -> Lines.read(connection));
      assertEquals(Reason.RESET, e.reason());
    }
  }

  /** As servers answer that have nothing new. */
  @Test
  void aBodyWhoseDeclaredLengthIsNoByteIsWhole() throws Exception {
    server.enqueue(answer("gzip", new Buffer()));

    try (StreamConnection connection = lines().open()) {
      assertNull(connection.read(Lines.PATIENT));
    }
  }

  @Test
  void aFewBytesThatStandForVeryManyAreALimit() throws Exception {
    Buffer bomb = gzip("a\n" + "x".repeat(8 * MEBIBYTE) + "\n");
    long wireBytes = bomb.size();
    server.enqueue(answer("gzip", bomb));

    try (StreamConnection connection = lines().maxEventBytes(16 * MEBIBYTE).open()) {
      assertEquals("a", Lines.read(connection));
      TransportException e = assertThrows(TransportException.class, () -> Lines.read(connection));

      assertEquals(Reason.LIMIT, e.reason());
      Matcher message =
          Pattern.compile(
                  "Expected at most 100 times the bytes of the wire when inflated but was at least"
                      + " (\\d+) bytes from (\\d+) of (\\S+)")
              .matcher(e.getMessage());
      assertTrue(message.matches(), e.getMessage());
      long inflated = Long.parseLong(message.group(1));
      assertTrue(inflated > MEBIBYTE && inflated < 2 * MEBIBYTE, e.getMessage());
      assertTrue(Long.parseLong(message.group(2)) <= wireBytes, e.getMessage());
      assertEquals(server.url("/").toString(), message.group(3));
    }
  }

  @Test
  void theFirstMebibyteMayComeFromAsFewBytesAsItLikes() throws Exception {
    String line = "x".repeat(MEBIBYTE - 1);
    server.enqueue(answer("gzip", gzip(line + "\n")));

    try (StreamConnection connection = lines().open()) {
      assertEquals(line, Lines.read(connection));
      assertNull(Lines.read(connection));
    }
  }

  @Test
  void whatIsLongAndShrinksByLessIsNoBomb() throws Exception {
    String line = random(2 * MEBIBYTE);
    server.enqueue(answer("gzip", gzip(line + "\n")));

    try (StreamConnection connection = lines().open()) {
      assertEquals(line, Lines.read(connection));
      assertNull(Lines.read(connection));
    }
  }

  @Test
  void aBombAfterAPostIsTheEnd() throws Exception {
    server.enqueue(answer("gzip", gzip("x".repeat(2 * MEBIBYTE))));

    try (StreamConnection connection = lines().post(RequestBody.create("{}", null)).open()) {
      TransportException e = assertThrows(TransportException.class, () -> Lines.read(connection));
      assertEquals(Reason.LIMIT, e.reason());
      assertTrue(e.isPermanent());
    }
  }

  private Lines.Builder lines() {
    return Lines.builder(server.url("/")).gzip();
  }

  private static MockResponse answer(String coding, Buffer body) {
    return new MockResponse.Builder()
        .addHeader("Content-Type", Lines.TYPE)
        .addHeader("Content-Encoding", coding)
        .body(body)
        .build();
  }

  private static Buffer gzip(String text) throws IOException {
    Buffer compressed = new Buffer();
    try (BufferedSink sink = Okio.buffer(new GzipSink(compressed))) {
      sink.writeUtf8(text);
    }
    return compressed;
  }

  /** Letters that do not shrink by much. */
  private static String random(int length) {
    Random random = new Random(1);
    StringBuilder letters = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      letters.append((char) ('a' + random.nextInt(26)));
    }
    return letters.toString();
  }
}
