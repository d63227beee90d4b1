package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.spi.StreamConnection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever fails: no secret of the request stands in a message, a cause or a stack trace. */
class SecretsTest {
  private static final String CANARY = "canary";

  private final MockWebServer server = new MockWebServer();

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  static List<MockResponse> answers() {
    return List.of(
        new MockResponse.Builder().code(200).addHeader("Content-Type", "text/html").build(),
        new MockResponse.Builder().code(200).addHeader("Content-Encoding", "gzip").build(),
        new MockResponse.Builder().code(204).addHeader("X-Replay-Not-Possible", "true").build(),
        new MockResponse.Builder().code(302).addHeader("Location", "").build(),
        new MockResponse.Builder().code(302).addHeader("Location", "x:canary@y?canary").build(),
        new MockResponse.Builder().code(302).addHeader("Location", "ftp://canary:canary@y").build(),
        new MockResponse.Builder()
            .code(200)
            .setHeader("Content-Type", "text/html; why=canary-header")
            .build(),
        new MockResponse.Builder()
            .code(200)
            .setHeader("Content-Type", Lines.TYPE)
            .setHeader("Content-Encoding", "br, canary-key")
            .build(),
        new MockResponse.Builder().code(302).addHeader("Location", "ftp://y/canary-key").build(),
        new MockResponse.Builder().status("HTTP/1.1 403 Token canary-header expired").build(),
        new MockResponse.Builder().status("HTTP/1.1 410 canary-cursor is gone").build(),
        new MockResponse(
            403,
            Headers.of("Content-Type", "text/plain"),
            "canary%2btwo%2F canary%2Btwo%2f canary+two/ and canary-cookie of canary-basic"),
        new MockResponse.Builder().code(401).build(),
        new MockResponse.Builder().code(410).build(),
        new MockResponse.Builder().code(431).build(),
        new MockResponse.Builder().code(500).body("at /lines?token=canary-query").build(),
        new MockResponse(
            403,
            Headers.of("Content-Type", "text/plain"),
            "Cannot GET /lines?token=canary-query&x=canary%20two with Bearer canary-header, key"
                + " canary-key and cursor canary-cursor for canary-user:canary-password in"
                + " canary two"),
        new MockResponse(500, Headers.of("Content-Type", "text/plain"), "token canary-header\n"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void anAnswerThatIsRefused(MockResponse answer) {
    server.enqueue(answer);

    assertNoSecret(() -> lines().open(TestAttempt.after("canary-cursor")));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void anAnswerToAPost(MockResponse answer) {
    server.enqueue(answer);

    assertNoSecret(
        () ->
            lines()
                .post(RequestBody.create("canary-body", null))
                .open(TestAttempt.after("canary-cursor")));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void anAnswerToWhoShowsCredentials(MockResponse answer) {
    server.enqueue(answer);

    assertNoSecret(
        () ->
            withoutAuthorization()
                .credentials(() -> "Bearer canary-header")
                .open(TestAttempt.after("canary-cursor")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"canary\r\n", "canary\0"})
  void credentialsThatCannotBeSent(String value) {
    assertNoSecret(() -> Lines.builder(server.url("/")).credentials(() -> value).open());
  }

  @Test
  void aRedirectToAPathThatRepeatsThem() {
    server.enqueue(
        new MockResponse.Builder().code(302).addHeader("Location", "/canary-key/login").build());
    server.enqueue(new MockResponse.Builder().code(403).build());

    assertNoSecret(() -> lines().open());
  }

  @Test
  void aRedirectThatIsRefused() {
    for (int i = 0; i < 2; i++) {
      server.enqueue(
          new MockResponse.Builder()
              .code(302)
              .addHeader("Location", "http://other.test/canary-key/login")
              .build());
    }

    assertNoSecret(() -> lines().cursorStaysAtOrigin().open(TestAttempt.after("canary-cursor")));
    assertNoSecret(() -> lines().post(RequestBody.create("", null)).open());
  }

  @Test
  void aRedirectLoop() {
    for (int i = 0; i < 21; i++) {
      server.enqueue(
          new MockResponse.Builder().code(302).addHeader("Location", "?canary=" + i).build());
    }

    assertNoSecret(() -> lines().open());
  }

  @Test
  void aServerThatIsNotThere() {
    HttpUrl url = server.url("/lines?token=canary");
    server.close();

    assertNoSecret(() -> Lines.builder(url).header("X-Key", CANARY).open());
  }

  @Test
  void aHostThatIsNotKnown() {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .dns(
                hostname -> {
                  throw new java.net.UnknownHostException(hostname);
                })
            .build();

    assertNoSecret(
        () -> Lines.builder("http://u:canary@unknown.test/?canary").client(client).open());
  }

  @Test
  void aServerThatSpeaksSomethingElse() throws Exception {
    try (RawServer raw =
        RawServer.start(
            peer -> {
              peer.readHead();
              peer.reset();
            })) {
      assertNoSecret(() -> Lines.builder(raw.url() + "?canary").header("X", CANARY).open());
    }
    try (RawServer raw = RawServer.start(peer -> peer.write("What is TLS?\r\n"))) {
      assertNoSecret(() -> Lines.builder(raw.url().replace("http:", "https:") + "?canary").open());
    }
  }

  @Test
  void aBodyThatBreaks() throws Exception {
    try (RawServer raw =
            RawServer.start(
                peer -> {
                  peer.openStream();
                  peer.write("canary-event");
                  peer.reset();
                });
        StreamConnection connection = Lines.builder(raw.url() + "?canary").open()) {
      assertNoSecret(() -> Lines.read(connection));
    }
  }

  @Test
  void aBodyThatGoesSilent() throws Exception {
    try (StalledServer stalled = StalledServer.after("canary-event", "h1");
        StreamConnection connection = Lines.builder(stalled.url() + "?canary").open()) {
      assertNoSecret(() -> connection.read(Lines.within(50, 10_000)));
    }
  }

  @Test
  void aConnectionThatIsClosed() {
    StreamConnection connection = lines().connection();
    connection.close();

    assertNoSecret(connection::open);
  }

  @Test
  void aTransportAndItsOptions() {
    assertFalse(lines().classified().toString().contains(CANARY));
    assertFalse(lines().classified().endpoint().contains(CANARY));
    assertFalse(lines().endsWithBody().classified().toString().contains(CANARY));
    assertFalse(RequestSource.of(server.url("/?canary").toString()).toString().contains(CANARY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user:canary#canary@host/x",
        "https://user:1#canary@host/x",
        "ftp://user:canary?canary@host/"
      })
  void aUrlWhoseUserInfoIsNotEncoded(String url) {
    assertNoSecret(() -> Lines.builder(url));
  }

  @Test
  void whatIsAskedForIsShown() {
    server.enqueue(new MockResponse.Builder().addHeader("Content-Type", "text/html").build());

    Exception e = assertThrows(Exception.class, () -> lines().header("Accept", "text/html").open());

    assertTrue(e.getMessage().contains(" but was text/html from "), e.getMessage());
  }

  @Test
  void whatIsNoSecretIsShown() {
    server.enqueue(
        new MockResponse(
            403, Headers.of("Content-Type", "text/plain"), "Bearer canary-header is too old"));

    Exception e = assertThrows(Exception.class, () -> lines().open());

    assertEquals(
        "Expected status 200 but was 403 Client Error from "
            + server.url("/lines")
            + " (check what the credentials may read): … is too old",
        e.getMessage());
  }

  private Lines.Builder lines() {
    return withoutAuthorization().header("Authorization", "Bearer canary-header");
  }

  private Lines.Builder withoutAuthorization() {
    HttpUrl url =
        server
            .url("/lines?token=canary-query&x=canary%20two&y=canary%2Btwo%2F")
            .newBuilder()
            .username("canary-user")
            .password("canary-password")
            .build();
    return Lines.builder(url)
        .header("X-Api-Key", "canary-key")
        .header("Cookie", "a=canary-cookie; b=2")
        .header("X-Proxy-Auth", okhttp3.Credentials.basic("canary-basic", "canary-word"));
  }

  private static void assertNoSecret(Executable action) {
    Exception e = assertThrows(Exception.class, action);
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    String shown = trace.toString().replaceAll("(?m)^\\s*at .*$", "");
    assertFalse(shown.toLowerCase(java.util.Locale.ROOT).contains(CANARY), shown);
  }
}
