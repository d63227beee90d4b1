package dev.perennial.tests.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.http.internal.connection.StreamPools;
import dev.perennial.http.internal.exchange.StreamingClient;
import dev.perennial.spi.StreamBuilder;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.tests.Eventually;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever OkHttp or a caller's interceptor throws is the failure of one attempt. */
class UnexpectedExceptionTest {
  private static final String FIRST = "id: 1\ndata: one\n\n";
  private static final String SECOND = "id: 2\ndata: two\n\n";

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();

  /** What the server says to the second request in place of a stream; null for a stream. */
  private @Nullable String secondAnswer;

  @AfterEach
  void close() {
    recorder.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "200 OK\r\nContent-Type: text/event-stream",
        "302 Found\r\nLocation: /next",
        "401 Unauthorized",
        "503 Busy"
      })
  void aNegativeContentLengthFailsOneAttempt(String head) throws Exception {
    secondAnswer = "HTTP/1.1 " + head + "\r\nContent-Length: -5\r\n\r\nhello";
    try (LoopbackServer server = LoopbackServer.start(this::serve)) {
      subscribe(Sse.builder(server.uri("/").toString()));

      recorder.assertEvents("one", "two");

      StreamException cause = causeOfRetry();
      assertEquals(Reason.RESET, cause.reason());
      assertEquals(
          "Expected a Content-Length of 0 or more but was -5 from " + server.uri("/"),
          cause.getMessage());
      recorder.close();
      Eventually.holds("no connection is left", () -> server.liveConnections() == 0);
    }
  }

  @Test
  void aHandshakeWithANegativeContentLengthIsTriedAgain() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          requests.incrementAndGet();
          exchange.write("HTTP/1.1 503 Busy\r\nContent-Length: -5\r\n\r\n");
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      subscribe(WebSockets.builder(server.uri("/").toString()));

      Eventually.holds("there is a second attempt", () -> requests.get() > 1);
    }
  }

  @Test
  void anInterceptorThatThrowsOnceFailsOneAttempt() throws Exception {
    surviving(
        chain -> {
          if (calls.incrementAndGet() == 2) {
            throw new IllegalStateException("CANARY");
          }
          return chain.proceed(chain.request());
        });

    StreamException cause = causeOfRetry();
    assertEquals(Reason.CONNECT, cause.reason());
    assertTrue(
        String.valueOf(cause.getMessage())
            .endsWith("OkHttp or an interceptor threw java.lang.IllegalStateException"),
        cause.getMessage());
  }

  @Test
  void anInterceptorThatThrowsWhileItHasTheResponseLeavesNoConnection() throws Exception {
    surviving(
        chain -> {
          Response response = chain.proceed(chain.request());
          if (calls.incrementAndGet() == 2) {
            throw new IllegalStateException("CANARY");
          }
          return response;
        });
  }

  @Test
  void anUndeclaredCheckedExceptionFailsOneAttempt() throws Exception {
    surviving(
        chain -> {
          if (calls.incrementAndGet() == 2) {
            UnexpectedExceptionTest.<RuntimeException>sneak(new Exception("CANARY"));
          }
          return chain.proceed(chain.request());
        });
  }

  @Test
  void aBodyOfAnInterceptorThatThrowsIsABrokenConnection() throws Exception {
    surviving(
        chain -> {
          Response response = chain.proceed(chain.request());
          return calls.incrementAndGet() == 2 ? withBody(response, throwing(response)) : response;
        });

    assertEquals(Reason.RESET, causeOfRetry().reason());
  }

  @Test
  void anErrorsBodyThatThrowsLeavesTheStatus() throws Exception {
    secondAnswer =
        "HTTP/1.1 503 Busy\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
    surviving(
        chain -> {
          Response response = chain.proceed(chain.request());
          return response.code() == 503 ? withBody(response, throwing(response)) : response;
        });

    StreamException cause = causeOfRetry();
    assertEquals(Reason.HTTP_STATUS, cause.reason());
    assertEquals(503, cause.code());
  }

  @Test
  void aFactoryOfEventListenersThatThrowsFailsOneAttempt() throws Exception {
    EventListener.Factory factory =
        call -> {
          if (calls.incrementAndGet() == 2) {
            throw new IllegalStateException("CANARY");
          }
          return EventListener.NONE;
        };
    surviving(new OkHttpClient.Builder().eventListenerFactory(factory).build());
  }

  /** Two events come over two connections or more, and no connection is left. */
  private void surviving(Interceptor interceptor) throws IOException {
    surviving(new OkHttpClient.Builder().addInterceptor(interceptor).build());
  }

  private void surviving(OkHttpClient client) throws IOException {
    try (LoopbackServer server = LoopbackServer.start(this::serve)) {
      subscribe(Sse.builder(server.uri("/").toString()).client(client));

      recorder.assertEvents("one", "two");
      recorder.close();

      Eventually.holds("no connection is left", () -> server.liveConnections() == 0);
      ConnectionPool pool = connectionsOf(client);
      Eventually.holds("OkHttp has none either", () -> pool.connectionCount() == 0);
    }
  }

  /** The connections of the streams that use this client. */
  private static ConnectionPool connectionsOf(OkHttpClient client) {
    StreamPools pools = StreamRuntime.shared().resource(StreamPools.class, StreamPools::new);
    return new StreamingClient(null).derivedFrom(client, pools).connectionPool();
  }

  private void subscribe(StreamBuilder<?> builder) {
    builder.stream().withRetry(RetryPolicy.fixed(ofMillis(1))).subscribe(recorder.listener());
  }

  private void serve(Exchange exchange) throws IOException, InterruptedException {
    String answer = requests.incrementAndGet() == 2 ? secondAnswer : null;
    if (answer != null) {
      exchange.write(answer);
      exchange.awaitPeerClose(ofSeconds(20));
      return;
    }
    boolean isFirst = exchange.request().header("Last-Event-ID") == null;
    exchange.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    exchange.write(isFirst ? FIRST : SECOND);
    if (!isFirst) {
      exchange.awaitPeerClose(ofSeconds(20));
    }
  }

  private StreamException causeOfRetry() {
    List<StreamException> causes =
        recorder.states().stream()
            .filter(
                state -> state instanceof StreamState.Waiting waiting && waiting.cause() != null)
            .map(state -> assertInstanceOf(StreamState.Waiting.class, state).cause())
            .toList();
    return causes.get(0);
  }

  private static Response withBody(Response response, BufferedSource source) {
    return response
        .newBuilder()
        .body(ResponseBody.create(source, response.body().contentType(), -1))
        .build();
  }

  private static BufferedSource throwing(Response response) {
    return Okio.buffer(
        new ForwardingSource(response.body().source()) {
          @Override
          public long read(Buffer sink, long byteCount) {
            throw new IllegalStateException("CANARY");
          }
        });
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> void sneak(Exception e) throws E {
    throw (E) e;
  }
}
