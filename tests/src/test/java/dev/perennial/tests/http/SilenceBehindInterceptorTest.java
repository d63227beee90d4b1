package dev.perennial.tests.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.util.List;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limits of a read hold although an interceptor hides the timeout of the body. */
class SilenceBehindInterceptorTest {
  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));
  private final OkHttpClient client =
      new OkHttpClient.Builder()
          .addInterceptor(SilenceBehindInterceptorTest::withoutTimeout)
          .build();

  @AfterEach
  void close() {
    recorder.close();
  }

  @Test
  void silenceEndsTheConnection() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          String cursor = exchange.request().header("Last-Event-ID");
          exchange.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
          exchange.write(cursor == null ? "id: 1\ndata: one\n\n" : "id: 2\ndata: two\n\n");
          exchange.awaitPeerClose(ofSeconds(20));
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).client(client).stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)))
          .withStaleAfter(ofMillis(200))
          .subscribe(recorder.listener());

      recorder.assertEvents("one", "two");
      assertEquals(List.of(Reason.STALE), reasons());
    }
  }

  @Test
  void silenceIsMeasuredFromEachRead() throws Exception {
    LoopbackServer.Handler handler =
        exchange -> {
          exchange.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
          for (int i = 1; i <= 6; i++) {
            exchange.write("data: " + i + "\n\n");
            exchange.pause(ofMillis(200));
          }
          exchange.awaitPeerClose(ofSeconds(20));
        };
    try (LoopbackServer server = LoopbackServer.start(handler)) {
      Sse.builder(server.uri("/").toString()).client(client).stream()
          .withStaleAfter(ofMillis(700))
          .subscribe(recorder.listener());

      recorder.assertEvents("1", "2", "3", "4", "5", "6");
      assertEquals(List.of(), reasons());
    }
  }

  private List<Reason> reasons() {
    return recorder.states().stream()
        .filter(StreamState.Waiting.class::isInstance)
        .map(state -> ((StreamState.Waiting) state).reason())
        .toList();
  }

  private static Response withoutTimeout(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    Source hidden =
        new ForwardingSource(response.body().source()) {
          @Override
          public Timeout timeout() {
            return Timeout.NONE;
          }

          @Override
          public long read(Buffer sink, long byteCount) throws IOException {
            return super.read(sink, byteCount);
          }
        };
    return response
        .newBuilder()
        .body(ResponseBody.create(Okio.buffer(hidden), response.body().contentType(), -1))
        .build();
  }
}
