package dev.perennial.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.http.internal.message.TrustedOrigins;
import dev.perennial.spi.StreamConnection;
import java.io.IOException;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials follow a redirect to an origin that the caller trusts, and to no other. */
class TrustedOriginsTest {
  private final MockWebServer here = new MockWebServer();
  private final MockWebServer there = new MockWebServer();

  @BeforeEach
  void start() throws Exception {
    here.start();
    there.start();
  }

  @AfterEach
  void stop() {
    here.close();
    there.close();
  }

  @Test
  void credentialsGoToAnOriginThatIsTrusted() throws Exception {
    enqueueRedirect(here, 307, there.url("/moved").toString());
    enqueueStream(there);
    String origin = "http://" + there.getHostName() + ":" + there.getPort();

    assertOpens(
        Lines.builder(here.url("/lines"))
            .header("X-Api-Key", "k")
            .credentials(() -> "Bearer t")
            .trustOrigins("https://other.example", origin),
        "5");

    RecordedRequest second = take(there);
    assertEquals("k", second.getHeaders().get("X-Api-Key"));
    assertEquals("Bearer t", second.getHeaders().get("Authorization"));
  }

  @Test
  void theyStayAwayFromAnyOtherAndDoNotComeBack() throws Exception {
    enqueueRedirect(here, 307, there.url("/moved").toString());
    enqueueRedirect(there, 307, here.url("/back").toString());
    enqueueStream(here);
    String origin = "http://" + here.getHostName() + ":" + here.getPort();

    assertOpens(
        Lines.builder(here.url("/lines")).header("X-Api-Key", "k").trustOrigins(origin), "5");

    take(here);
    assertNull(take(there).getHeaders().get("X-Api-Key"));
    assertNull(take(here).getHeaders().get("X-Api-Key"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://*.a.example,      https://b.a.example/x,      true",
    "https://*.a.example,      https://c.b.a.example/,     true",
    "https://*.a.example,      https://a.example/,         false",
    "https://*.a.example,      https://b.evila.example/,   false",
    "https://*.a.example,      http://b.a.example/,        false",
    "https://*.a.example,      https://b.a.example:8443/,  false",
    "https://*.a.example:8443, https://b.a.example:8443/,  true",
    "https://b.a.example,      https://B.a.example/y,      true",
    "https://b.a.example,      https://c.b.a.example/,     false"
  })
  void anOriginIsTrusted(String origin, String url, boolean isTrusted) {
    assertEquals(isTrusted, TrustedOrigins.of(List.of(origin)).contain(HttpUrl.get(url)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.example",
        "*",
        "https://*",
        "https://*.example",
        "https://a.example/path",
        "https://a.example?q=1",
        "https://u:p@a.example",
        "ftp://a.example",
        "https://a.*.example"
      })
  void whatIsNoOriginCannotBeTrusted(String text) {
    Lines.Builder builder = Lines.builder(here.url("/"));

    assertThrows(IllegalArgumentException.class, () -> builder.trustOrigins(text));
  }

  private static void assertOpens(Lines.Builder builder, String cursor) throws IOException {
    try (StreamConnection connection = builder.open(TestAttempt.after(cursor))) {
      assertEquals("a", Lines.read(connection));
    }
  }

  private static void enqueueRedirect(MockWebServer server, int code, String location) {
    server.enqueue(new MockResponse.Builder().code(code).addHeader("Location", location).build());
  }

  private static void enqueueStream(MockWebServer server) {
    server.enqueue(new MockResponse(200, Headers.of("Content-Type", Lines.TYPE), "a\n"));
  }

  private static RecordedRequest take(MockWebServer server) throws InterruptedException {
    return java.util.Objects.requireNonNull(server.takeRequest(5, SECONDS), "request");
  }
}
