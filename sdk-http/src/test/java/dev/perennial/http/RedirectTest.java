package dev.perennial.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {
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

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsFollowedWithEverythingOnOneOrigin(int code) throws Exception {
    enqueueRedirect(here, code, "/moved?y=2");
    enqueueStream(here);

    assertOpens(Lines.builder(here.url("/lines?x=1")).header("X-Api-Key", "k"), "5");

    take(here);
    RecordedRequest second = take(here);
    assertEquals("GET /moved?y=2 HTTP/1.1", second.getRequestLine());
    assertEquals("k", second.getHeaders().get("X-Api-Key"));
    assertEquals("5", second.getHeaders().get("Last-Event-ID"));
  }

  @Test
  void anotherOriginGetsTheCursorAndOurHeadersOnly() throws Exception {
    enqueueRedirect(here, 302, there.url("/moved").toString());
    enqueueStream(there);
    Request request =
        new Request.Builder().url(here.url("/lines")).header("Authorization", "Bearer x").build();

    assertOpens(
        Lines.builder(request)
            .header("X-Api-Key", "k")
            .header("Cookie", "a=b")
            .header("Proxy-Authorization", "Basic y")
            .header("Accept", "text/mine")
            .header("Cache-Control", "no-store")
            .header("User-Agent", "mine"),
        "5");

    assertEquals("Bearer x", take(here).getHeaders().get("Authorization"));
    Headers headers = take(there).getHeaders();
    assertEquals(
        Headers.of(
            "Accept", "text/lines",
            "Cache-Control", "no-cache",
            "Accept-Encoding", "identity",
            "Last-Event-ID", "5",
            "Host", there.getHostName() + ":" + there.getPort(),
            "Connection", "Keep-Alive",
            "User-Agent", String.valueOf(headers.get("User-Agent"))),
        headers);
    assertTrue(String.valueOf(headers.get("User-Agent")).startsWith("okhttp/"));
  }

  @Test
  void cursorThatMustStayIsNotTakenToAnotherOrigin() throws Exception {
    enqueueRedirect(here, 307, there.url("/moved?secret=s").toString());

    TransportException refusal =
        assertThrows(
            TransportException.class,
            () -> assertOpens(Lines.builder(here.url("/lines")).cursorStaysAtOrigin(), "5"));

    assertEquals(Reason.PROTOCOL, refusal.reason());
    assertTrue(refusal.isPermanent());
    assertEquals(
        "Expected the cursor to stay at "
            + here.url("/lines")
            + " (cursorStaysAtOrigin) but a redirect leads to "
            + there.url("/moved"),
        refusal.getMessage());
    assertEquals(0, there.getRequestCount());
  }

  @Test
  void withoutACursorTheRedirectIsFollowed() throws Exception {
    enqueueRedirect(here, 307, there.url("/moved").toString());
    enqueueStream(there);

    assertOpens(Lines.builder(here.url("/lines")).cursorStaysAtOrigin(), null);
  }

  @Test
  void cursorThatMustStayGoesAlongOnItsOrigin() throws Exception {
    enqueueRedirect(here, 307, "/moved");
    enqueueStream(here);

    assertOpens(Lines.builder(here.url("/lines")).cursorStaysAtOrigin(), "5");

    take(here);
    assertEquals("5", take(here).getHeaders().get("Last-Event-ID"));
  }

  @Test
  void credentialsStayAtTheFirstOrigin() throws Exception {
    enqueueRedirect(here, 307, "/moved");
    enqueueRedirect(here, 307, there.url("/there").toString());
    enqueueRedirect(there, 307, here.url("/back").toString());
    enqueueStream(here);

    assertOpens(
        Lines.builder(here.url("/lines"))
            .credentials(() -> "Bearer secret")
            .header("Cookie", "a=b")
            .header("X-Api-Key", "k"),
        "5");

    for (String path : List.of("/lines", "/moved")) {
      RecordedRequest request = take(here);
      assertEquals(path, request.getTarget());
      assertEquals(List.of("Bearer secret"), request.getHeaders().values("Authorization"));
    }
    for (MockWebServer server : List.of(there, here)) {
      Headers headers = take(server).getHeaders();
      for (String name : List.of("Authorization", "Cookie", "X-Api-Key")) {
        assertNull(headers.get(name), name);
      }
      assertEquals("5", headers.get("Last-Event-ID"));
    }
  }

  @Test
  void aRefusalWhereNoCredentialWasShownIsPermanent() throws Exception {
    enqueueRedirect(here, 307, there.url("/there").toString());
    there.enqueue(new MockResponse.Builder().code(401).build());
    StreamConnection connection =
        Lines.builder(here.url("/lines")).credentials(() -> "Bearer secret").connection();

    TransportException e = assertThrows(TransportException.class, connection::open);

    assertEquals(401, e.code());
    assertTrue(e.isPermanent());
  }

  @Test
  void whatWasDroppedDoesNotComeBack() throws Exception {
    enqueueRedirect(here, 302, there.url("/b").toString());
    enqueueRedirect(there, 302, here.url("/a2").toString());
    enqueueStream(here);

    assertOpens(Lines.builder(here.url("/a")).header("X-Api-Key", "k"), "5");

    assertEquals("k", take(here).getHeaders().get("X-Api-Key"));
    assertNull(take(there).getHeaders().get("X-Api-Key"));
    RecordedRequest back = take(here);
    assertEquals("/a2", back.getTarget());
    assertNull(back.getHeaders().get("X-Api-Key"));
    assertEquals("5", back.getHeaders().get("Last-Event-ID"));
  }

  @Test
  void anotherHostNameIsAnotherOrigin() throws Exception {
    HttpUrl other = here.url("/moved").newBuilder().host("127.0.0.1").build();
    enqueueRedirect(here, 302, other.toString());
    enqueueStream(here);

    assertOpens(
        Lines.builder(here.url("/lines").newBuilder().host("localhost").build())
            .header("X-Api-Key", "k"),
        "5");

    assertEquals("k", take(here).getHeaders().get("X-Api-Key"));
    assertNull(take(here).getHeaders().get("X-Api-Key"));
  }

  @Test
  void aLocationWithoutTheCursorParameterGetsItAgain() throws Exception {
    enqueueRedirect(here, 302, "/moved?y=2");
    enqueueRedirect(here, 302, "/moved?since=6");
    enqueueStream(here);

    assertOpens(Lines.builder(here.url("/lines")).cursorParameter("since"), "5 5");

    assertEquals("/lines?since=5%205", take(here).getTarget());
    assertEquals("/moved?y=2&since=5%205", take(here).getTarget());
    assertEquals("/moved?since=6", take(here).getTarget());
  }

  @Test
  void theCallersCookieJarKnowsWhatBelongsWhere() throws Exception {
    enqueueRedirect(here, 302, there.url("/moved").toString());
    enqueueStream(there);
    OkHttpClient client =
        new OkHttpClient.Builder()
            .cookieJar(
                new CookieJar() {
                  @Override
                  public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {}

                  @Override
                  public List<Cookie> loadForRequest(HttpUrl url) {
                    return List.of(
                        new Cookie.Builder()
                            .domain(url.host())
                            .name("port")
                            .value(String.valueOf(url.port()))
                            .build());
                  }
                })
            .build();

    assertOpens(Lines.builder(here.url("/lines")).client(client), "5");

    assertEquals("port=" + here.getPort(), take(here).getHeaders().get("Cookie"));
    assertEquals("port=" + there.getPort(), take(there).getHeaders().get("Cookie"));
  }

  @Test
  void twentyRedirectsAreFollowed() throws Exception {
    for (int i = 0; i < 20; i++) {
      enqueueRedirect(here, 302, "/" + i);
    }
    enqueueStream(here);

    assertOpens(Lines.builder(here.url("/lines")), "5");

    assertEquals(21, here.getRequestCount());
  }

  @Test
  void aLoopEndsAsAFailureThatMayPass() throws Exception {
    for (int i = 0; i < 21; i++) {
      enqueueRedirect(here, 307, "/lines");
    }

    TransportException e = failure(Lines.builder(here.url("/lines")));

    assertEquals(Reason.HTTP_STATUS, e.reason());
    assertEquals(307, e.code());
    assertFalse(e.isPermanent());
    assertEquals(
        "Expected at most 20 redirects but was another 307 from " + here.url("/lines"),
        e.getMessage());
    assertEquals(21, here.getRequestCount());
  }

  @Test
  void httpsNeverLeadsToHttp() throws Exception {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
    HandshakeCertificates certificates =
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .addTrustedCertificate(certificate.certificate())
            .build();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(certificates.sslSocketFactory(), certificates.trustManager())
            .build();
    try (MockWebServer secure = new MockWebServer()) {
      secure.useHttps(certificates.sslSocketFactory());
      secure.start();
      enqueueRedirect(secure, 302, there.url("/plain?canary").toString());
      HttpUrl url = secure.url("/lines").newBuilder().host("localhost").build();

      TransportException e = failure(Lines.builder(url).client(client));

      assertEquals(Reason.PROTOCOL, e.reason());
      assertEquals(302, e.code());
      assertEquals(
          "Expected no redirect from https to http but was to "
              + there.url("/plain")
              + ": 302 from "
              + url,
          e.getMessage());
      assertEquals(0, there.getRequestCount());
    }
  }

  @Test
  void httpMayLeadToHttps() throws Exception {
    // Nobody speaks TLS there; what matters is that it is tried.
    try (RawServer raw = RawServer.start(peer -> peer.write("What is TLS?\r\n"))) {
      enqueueRedirect(here, 302, raw.url().replace("http:", "https:"));

      TransportException e = failure(Lines.builder(here.url("/lines")));

      assertEquals(Reason.TLS, e.reason());
    }
  }

  @Test
  void aMissingLocationIsNoLoop() {
    here.enqueue(new MockResponse.Builder().code(302).build());

    TransportException e = failure(Lines.builder(here.url("/lines")));

    assertEquals(Reason.PROTOCOL, e.reason());
    assertEquals(302, e.code());
    assertEquals(1, here.getRequestCount());
  }

  @Test
  void anEmptyLocationIsNoLoop() {
    enqueueRedirect(here, 302, "");

    TransportException e = failure(Lines.builder(here.url("/lines")));

    assertEquals(Reason.PROTOCOL, e.reason());
    assertEquals(
        "Expected a Location with the redirect but was none: 302 from " + here.url("/lines"),
        e.getMessage());
    assertEquals(1, here.getRequestCount());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host/?canary", "http://", "mailto:a@b"})
  void aLocationThatIsNoHttpUrlIsNotFollowed(String location) {
    enqueueRedirect(here, 302, location);

    TransportException e = failure(Lines.builder(here.url("/lines")));

    assertEquals(Reason.PROTOCOL, e.reason());
    assertFalse(e.getMessage().contains("canary"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303})
  void aPostIsNotTurnedIntoAGet(int code) {
    enqueueRedirect(here, code, "/moved");

    TransportException e =
        failure(Lines.builder(here.url("/lines")).post(RequestBody.create("body", null)));

    assertEquals(Reason.PROTOCOL, e.reason());
    assertEquals(code, e.code());
    assertTrue(e.isPermanent());
    assertEquals(1, here.getRequestCount());
  }

  @ParameterizedTest
  @CsvSource({"307", "308"})
  void aPostKeepsMethodAndBody(int code) throws Exception {
    enqueueRedirect(here, code, "/moved");
    enqueueStream(here);

    assertOpens(Lines.builder(here.url("/lines")).post(RequestBody.create("body", null)), "5");

    take(here);
    RecordedRequest second = take(here);
    assertEquals("POST /moved HTTP/1.1", second.getRequestLine());
    assertEquals("body", second.getBody().utf8());
  }

  @Test
  void aBodyStaysAtItsOriginWhenTheCursorDoes() {
    enqueueRedirect(here, 307, there.url("/moved").toString());

    TransportException e =
        failure(
            Lines.builder(here.url("/lines"))
                .cursorStaysAtOrigin()
                .post(RequestBody.create("canary", null)));

    assertTrue(e.isPermanent());
    assertEquals(
        "Expected the body to stay at "
            + here.url("/lines")
            + " (cursorStaysAtOrigin) but a redirect leads to "
            + there.url("/moved"),
        e.getMessage());
    assertEquals(0, there.getRequestCount());
  }

  @Test
  void theBodyOfARedirectIsNotWaitedFor() throws Exception {
    try (RawServer raw =
        RawServer.start(
            peer -> {
              peer.readHead();
              peer.write(
                  "HTTP/1.1 302 Found\r\nLocation: "
                      + there.url("/moved")
                      + "\r\nContent-Length: 1000000\r\n\r\nnever complete");
              peer.awaitClose();
            })) {
      enqueueStream(there);

      assertOpens(Lines.builder(raw.url()), "5");
    }
  }

  private static void assertOpens(Lines.Builder builder, String cursor) throws IOException {
    try (StreamConnection connection = builder.open(TestAttempt.after(cursor))) {
      assertEquals("a", Lines.read(connection));
    }
  }

  private static TransportException failure(Lines.Builder builder) {
    return assertThrows(TransportException.class, builder::open);
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
