package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamRuntime;
import dev.perennial.http.Lines.TestAttempt;
import dev.perennial.http.internal.connection.StreamPools;
import dev.perennial.http.internal.exchange.StreamingClient;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Cache;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The caller's client is used, and stays as it is. */
class CallersClientTest {
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
  void itsInterceptorsAndEventListenerRun() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  seen.add("application");
                  return chain.proceed(
                      chain.request().newBuilder().header("X-Added", "yes").build());
                })
            .addNetworkInterceptor(
                chain -> {
                  seen.add("network");
                  return chain.proceed(chain.request());
                })
            .eventListener(
                new EventListener() {
                  @Override
                  public void callStart(Call call) {
                    seen.add("callStart");
                  }

                  @Override
                  public void callEnd(Call call) {
                    seen.add("callEnd");
                  }
                })
            .build();
    server.enqueue(stream());

    readAll(Lines.builder(server.url("/")).client(client));

    assertEquals(List.of("callStart", "application", "network", "callEnd"), seen);
    assertEquals("yes", server.takeRequest().getHeaders().get("X-Added"));
  }

  @Test
  void aStreamMaySpeakOneVersionOnly() throws Exception {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName(server.getHostName()).build();
    HandshakeCertificates certificates =
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .addTrustedCertificate(certificate.certificate())
            .build();
    List<Protocol> spoken = new CopyOnWriteArrayList<>();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(certificates.sslSocketFactory(), certificates.trustManager())
            .addInterceptor(
                chain -> {
                  Response response = chain.proceed(chain.request());
                  spoken.add(response.protocol());
                  return response;
                })
            .build();
    server.useHttps(certificates.sslSocketFactory());
    server.enqueue(stream());
    server.enqueue(stream());

    readAll(Lines.builder(server.url("/")).client(client));
    readAll(Lines.builder(server.url("/")).client(client).httpVersion(Protocol.HTTP_1_1));

    assertEquals(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1), spoken);
  }

  @Test
  void aStreamMaySpeakHttp2WithoutTls() throws Exception {
    server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    server.enqueue(stream());

    readAll(Lines.builder(server.url("/")).httpVersion(Protocol.H2_PRIOR_KNOWLEDGE));

    assertEquals(1, server.getRequestCount());
  }

  @Test
  void itIsNotChangedAndNotShutDown() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .readTimeout(Duration.ofMillis(150))
            .callTimeout(Duration.ofMillis(300))
            .build();
    int interceptors = client.interceptors().size();
    int networkInterceptors = client.networkInterceptors().size();
    server.enqueue(stream());
    server.enqueue(stream());

    readAll(Lines.builder(server.url("/")).client(client));

    assertTrue(client.followRedirects());
    assertTrue(client.followSslRedirects());
    assertEquals(150, client.readTimeoutMillis());
    assertEquals(300, client.callTimeoutMillis());
    assertEquals(interceptors, client.interceptors().size());
    assertEquals(networkInterceptors, client.networkInterceptors().size());
    assertFalse(client.dispatcher().executorService().isShutdown());
    assertEquals(0, client.dispatcher().runningCallsCount());
    Request request = new Request.Builder().url(server.url("/")).build();
    try (Response response = client.newCall(request).execute()) {
      assertEquals(200, response.code());
    }
  }

  @Test
  void itsReadAndCallTimeoutsDoNotEndAStream() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .readTimeout(Duration.ofMillis(50))
            .callTimeout(Duration.ofMillis(100))
            .build();
    try (RawServer raw =
            RawServer.start(
                peer -> {
                  peer.readHead();
                  pause();
                  peer.write("HTTP/1.1 200 OK\r\nContent-Type: text/lines\r\n\r\n");
                  pause();
                  peer.write("a\n");
                });
        StreamConnection connection = Lines.builder(raw.url()).client(client).open()) {
      assertEquals("a", Lines.read(connection));
    }
  }

  private static void pause() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(200);
  }

  @Test
  void aStreamIsNotWrittenToItsCache(@TempDir Path folder) throws Exception {
    try (Cache cache = new Cache(folder.resolve("cache").toFile(), 1_000_000)) {
      OkHttpClient client = new OkHttpClient.Builder().cache(cache).build();
      server.enqueue(stream().newBuilder().addHeader("Cache-Control", "max-age=60").build());
      server.enqueue(stream());

      readAll(Lines.builder(server.url("/")).client(client));
      readAll(Lines.builder(server.url("/")).client(client));

      assertEquals(2, server.getRequestCount());
      assertEquals(0, cache.size());
      File[] files = folder.resolve("cache").toFile().listFiles((f, n) -> !n.startsWith("journal"));
      assertEquals(0, files == null ? 0 : files.length);
    }
  }

  @Test
  void itsAuthenticatorAnswersChallenges() throws Exception {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .authenticator(
                (route, response) ->
                    response.request().newBuilder().header("Authorization", "Basic x").build())
            .build();
    server.enqueue(new MockResponse.Builder().code(401).build());
    server.enqueue(stream());

    readAll(Lines.builder(server.url("/")).client(client));

    server.takeRequest();
    assertEquals("Basic x", server.takeRequest().getHeaders().get("Authorization"));
  }

  @Test
  void anInterceptorWithADefectLeavesNothingOpen() {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  Response response = chain.proceed(chain.request());
                  throw new IllegalStateException("defect of " + response.code());
                })
            .build();
    server.enqueue(stream());

    assertThrows(
        TransportException.class, () -> Lines.builder(server.url("/")).client(client).open());

    assertEquals(0, client.dispatcher().runningCallsCount());
    assertEquals(0, Lines.connectionsOf(client).connectionCount());
  }

  @Test
  void moreStreamsThanTheDispatcherLetsPassAreOpenAtOnce() throws Exception {
    Dispatcher dispatcher = new Dispatcher();
    OkHttpClient client = new OkHttpClient.Builder().dispatcher(dispatcher).build();
    List<StreamConnection> connections = new ArrayList<>();
    try (RawServer raw =
        RawServer.start(
            peer -> {
              peer.openStream();
              peer.write("a\n");
              peer.awaitClose();
            })) {
      Lines.Builder builder = Lines.builder(raw.url()).client(client);
      for (int i = 0; i < 60; i++) {
        connections.add(builder.open());
      }
      for (StreamConnection connection : connections) {
        assertEquals("a", Lines.read(connection));
      }

      assertEquals(60, raw.connections());
      assertEquals(5, dispatcher.getMaxRequestsPerHost());
      assertEquals(0, dispatcher.queuedCallsCount());
    } finally {
      connections.forEach(StreamConnection::close);
    }
  }

  @Test
  void itsOwnCallsAreNotHeldUpByStreams() throws Exception {
    OkHttpClient client = new OkHttpClient();
    List<StreamConnection> connections = new ArrayList<>();
    try (RawServer raw =
        RawServer.start(
            peer -> {
              peer.openStream();
              peer.awaitClose();
            })) {
      Lines.Builder builder = Lines.builder(raw.url()).client(client);
      for (int i = 0; i < 6; i++) {
        connections.add(builder.open());
      }
      Request request = new Request.Builder().url(raw.url()).build();

      try (Response response = Background.call(client.newCall(request)::execute).get()) {
        assertEquals(200, response.code());
      }
    } finally {
      connections.forEach(StreamConnection::close);
      client.connectionPool().evictAll();
    }
  }

  @Test
  void withoutOneTheRuntimesIsUsed() throws Exception {
    List<String> hosts = new CopyOnWriteArrayList<>();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .dns(
                hostname -> {
                  hosts.add(hostname);
                  return List.of(InetAddress.getByName(server.getHostName()));
                })
            .build();
    StreamRuntime runtime = StreamRuntime.builder().resource(OkHttpClient.class, client).build();
    server.enqueue(stream());

    Lines.builder(server.url("/").newBuilder().host("runtime.test").build())
        .open(new TestAttempt(null, Duration.ofSeconds(20), runtime))
        .close();

    assertEquals(List.of("runtime.test"), hosts);
  }

  @Test
  void oneIsDerivedOnceAndSharesTheDispatcher() {
    OkHttpClient client = new OkHttpClient();
    StreamingClient streaming = new StreamingClient(null);
    StreamPools pools = new StreamPools();

    OkHttpClient derived = streaming.derivedFrom(client, pools);

    assertSame(derived, streaming.derivedFrom(client, pools));
    assertNotSame(derived, streaming.derivedFrom(new OkHttpClient(), pools));
    assertSame(client.dispatcher(), derived.dispatcher());
    assertSame(client.sslSocketFactory(), derived.sslSocketFactory());
  }

  @Test
  void clientsWithOnePoolHaveOneForTheirStreams() {
    OkHttpClient client = new OkHttpClient();
    OkHttpClient sibling = client.newBuilder().build();
    StreamPools pools = new StreamPools();

    OkHttpClient derived = new StreamingClient(null).derivedFrom(client, pools);
    OkHttpClient other = new StreamingClient(null).derivedFrom(sibling, pools);

    assertSame(derived.connectionPool(), other.connectionPool());
    assertNotSame(client.connectionPool(), derived.connectionPool());
  }

  @Test
  void anotherPoolIsUsedWhenOneWasLeft() {
    OkHttpClient client = new OkHttpClient();
    StreamingClient streaming = new StreamingClient(null);
    StreamPools pools = new StreamPools();
    OkHttpClient first = streaming.derivedFrom(client, pools);

    pools.leave(first);
    OkHttpClient second = streaming.derivedFrom(client, pools);
    pools.leave(first);

    assertNotSame(first.connectionPool(), second.connectionPool());
    assertSame(second, streaming.derivedFrom(client, pools));
  }

  @Test
  void itsIntervalOfPingsIsKept() {
    OkHttpClient chosen = new OkHttpClient.Builder().pingInterval(Duration.ofSeconds(7)).build();

    assertEquals(7_000, derived(chosen).pingIntervalMillis());
    assertEquals(15_000, derived(new OkHttpClient()).pingIntervalMillis());
  }

  private static OkHttpClient derived(OkHttpClient client) {
    return new StreamingClient(null).derivedFrom(client, new StreamPools());
  }

  private static void readAll(Lines.Builder builder) throws IOException {
    try (StreamConnection connection = builder.open()) {
      assertEquals("a", Lines.read(connection));
      assertEquals(null, Lines.read(connection));
    }
  }

  private static MockResponse stream() {
    return new MockResponse(200, Headers.of("Content-Type", Lines.TYPE), "a\n");
  }
}
