package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An interceptor of the caller does not send a POST twice by accident, either. */
class PostInterceptorTest {
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

  @Test
  void anInterceptorDoesNotSendAPostAgain() {
    server.enqueue(busy(500, "0"));
    OkHttpClient client =
        client(
            chain -> {
              chain.proceed(chain.request()).close();
              return chain.proceed(chain.request());
            });

    TransportException e = failure(lines().post(BODY).client(client));

    assertTrue(e.isPermanent());
    assertTrue(e.getMessage().contains(" sends it again after 500: "), e.getMessage());
    assertEquals(1, server.getRequestCount());
  }

  @Test
  void anInterceptorThatChangesTheBodyDoesNotSendItAgainEither() {
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    server.enqueue(stream());
    OkHttpClient client =
        client(
            chain -> {
              Request changed =
                  chain.request().newBuilder().post(RequestBody.create("changed", null)).build();
              try {
                return chain.proceed(changed);
              } catch (IOException e) {
                return chain.proceed(changed);
              }
            });

    assertTrue(failure(lines().post(BODY).client(client)).isPermanent());
    assertEquals(1, server.getRequestCount());
  }

  @Test
  void anInterceptorMaySendAPostAgainThatWasNotProcessed() throws Exception {
    server.enqueue(busy(401, "0"));
    server.enqueue(stream());
    OkHttpClient client =
        client(
            chain -> {
              chain.proceed(chain.request()).close();
              return chain.proceed(chain.request());
            });

    lines().post(BODY).client(client).open().close();

    assertEquals(2, server.getRequestCount());
    assertEquals("body", server.takeRequest().getBody().utf8());
    assertEquals("body", server.takeRequest().getBody().utf8());
  }

  @Test
  void anInterceptorMaySendAgainWhatTheCallerAllows() throws Exception {
    server.enqueue(busy(500, "0"));
    server.enqueue(stream());
    OkHttpClient client =
        client(
            chain -> {
              chain.proceed(chain.request()).close();
              return chain.proceed(chain.request());
            });

    lines().post(BODY).resendAfterEvents().client(client).open().close();

    assertEquals(2, server.getRequestCount());
  }

  @Test
  void aPostThatAnInterceptorSendsByItselfMayHaveBeenProcessed() {
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    OkHttpClient own = new OkHttpClient();
    OkHttpClient client = client(chain -> own.newCall(chain.request()).execute());
    StreamConnection connection = lines().post(BODY).client(client).connection();

    TransportException e = assertThrows(TransportException.class, connection::open);

    assertEquals(Reason.RESET, e.reason());
    assertTrue(e.isPermanent());
    assertFalse(connection.mayBeFollowed());
  }

  @Test
  void anInterceptorDoesNotSendAPostTwiceByItself() {
    server.enqueue(busy(500, "0"));
    OkHttpClient own = new OkHttpClient();
    OkHttpClient client =
        client(
            chain -> {
              own.newCall(chain.request()).execute().close();
              return own.newCall(chain.request()).execute();
            });

    assertTrue(failure(lines().post(BODY).client(client)).isPermanent());
    assertEquals(1, server.getRequestCount());
  }

  @Test
  void anInterceptorMayLookAtTheBodyAndCompressIt() throws Exception {
    server.enqueue(stream());
    OkHttpClient client =
        client(
            chain -> {
              RequestBody body = chain.request().body();
              body.writeTo(new Buffer());
              body.writeTo(new Buffer());
              Buffer compressed = new Buffer();
              try (BufferedSink gzip = Okio.buffer(new GzipSink(compressed))) {
                body.writeTo(gzip);
              }
              return chain.proceed(
                  chain
                      .request()
                      .newBuilder()
                      .post(RequestBody.create(compressed.readByteString(), null))
                      .build());
            });

    lines().post(BODY).client(client).open().close();

    assertEquals(1, server.getRequestCount());
  }

  @Test
  void aPostThatAnInterceptorLookedAtAndThatNeverArrivedMayComeAgain() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closedPort = socket.getLocalPort();
    }
    OkHttpClient client =
        client(
            chain -> {
              chain.request().body().writeTo(new Buffer());
              return chain.proceed(chain.request());
            });

    assertFalse(
        failure(Lines.builder("http://127.0.0.1:" + closedPort).post(BODY).client(client))
            .isPermanent());
  }

  private static OkHttpClient client(Interceptor interceptor) {
    return new OkHttpClient.Builder().addInterceptor(interceptor).build();
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
}
