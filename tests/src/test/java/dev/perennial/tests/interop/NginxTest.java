package dev.perennial.tests.interop;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.http.HttpStreamBuilder;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.websocket.WebSockets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind the reverse proxy that most servers use. */
@Timeout(60)
class NginxTest {
  private static final RetryPolicy QUICK =
      RetryPolicy.exponential(ofMillis(2), ofMillis(20)).withFloor(ofMillis(1));
  private static final int EVENTS = 2_000;

  private final FakeEventLog log = FakeEventLog.create();
  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));

  @TempDir private Path folder;

  enum Kind {
    SSE {
      @Override
      FakeStreamServer.Builder<?> serverOf(FakeEventLog log) {
        return FakeSseServer.builder(log);
      }

      @Override
      ExchangeBuilder<?> clientOf(String url) {
        return Sse.builder(url);
      }
    },
    NDJSON {
      @Override
      FakeStreamServer.Builder<?> serverOf(FakeEventLog log) {
        return FakeNdjsonServer.builder(log);
      }

      @Override
      ExchangeBuilder<?> clientOf(String url) {
        return Ndjson.builder(url);
      }
    },
    WEBSOCKET {
      @Override
      FakeStreamServer.Builder<?> serverOf(FakeEventLog log) {
        return FakeWebSocketServer.builder(log);
      }

      @Override
      ExchangeBuilder<?> clientOf(String url) {
        return WebSockets.builder(url).cursorParameter("since").pingEvery(ofMillis(200));
      }
    };

    abstract FakeStreamServer.Builder<?> serverOf(FakeEventLog log);

    abstract ExchangeBuilder<?> clientOf(String url);
  }

  private void append(int count) {
    for (int i = 0; i < count; i++) {
      log.append("event");
    }
  }

  private void assertIds(int from, int to) {
    for (int i = from; i <= to; i++) {
      assertEquals("" + i, recorder.takeEvent().id());
    }
  }

  private void follow(ExchangeBuilder<?> client) {
    EventStream<String> stream = client.stream();
    stream.withRetry(QUICK).subscribe(recorder.listener());
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"SSE", "NDJSON"})
  void proxyThatCutsQuietStreamsIsOutlived(Kind kind) throws Exception {
    append(3);
    try (FakeStreamServer server = kind.serverOf(log).start();
        Nginx nginx =
            Nginx.inFrontOf(
                server.port(), folder, "proxy_buffering off; proxy_read_timeout 300ms;")) {
      follow(kind.clientOf(nginx.uri("/ticks").toString()));
      assertIds(1, 3);
      Duration patience = ofSeconds(20);
      assertEquals(null, server.takeRequest(patience).cursor());
      // Cut off twice while nothing came, and asked again from where it was.
      assertEquals("3", server.takeRequest(patience).cursor());
      assertEquals("3", server.takeRequest(patience).cursor());
      append(2);
      assertIds(4, 5);
      recorder.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"WEBSOCKET"})
  void pingsKeepAQuietSocketFromBeingCut(Kind kind) throws Exception {
    append(3);
    CountDownLatch heartbeats = new CountDownLatch(10); // Two seconds' worth.
    RecordingObserver observer =
        RecordingObserver.create()
            .onCall(
                line -> {
                  if (line.startsWith("heartbeat")) {
                    heartbeats.countDown();
                  }
                });
    try (FakeStreamServer server = kind.serverOf(log).start();
        Nginx nginx = Nginx.inFrontOf(server.port(), folder, "proxy_read_timeout 1s;")) {
      EventStream<String> stream = kind.clientOf(nginx.uri("/ticks").toString()).stream();
      stream.withRetry(QUICK).withObserver(observer).subscribe(recorder.listener());
      assertIds(1, 3);
      assertTrue(heartbeats.await(20, TimeUnit.SECONDS), "no pongs");
      append(2);
      assertIds(4, 5);
      assertEquals(1, server.requests().size());
      recorder.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void proxyThatBuffersAndCompressesLosesNothing(Kind kind) throws Exception {
    append(EVENTS);
    log.end();
    try (FakeStreamServer server = kind.serverOf(log).start();
        Nginx nginx =
            Nginx.inFrontOf(
                server.port(),
                folder,
                "proxy_buffering on; gzip on; gzip_types *; gzip_min_length 1; gzip_proxied"
                    + " any;")) {
      follow(kind.clientOf(nginx.uri("/ticks").toString()));
      assertIds(1, EVENTS);
      recorder.assertCompleted();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void compressionThatWasAskedForIsUndone(boolean isSse) throws Exception {
    append(EVENTS);
    log.end();
    Kind kind = isSse ? Kind.SSE : Kind.NDJSON;
    try (FakeStreamServer server = kind.serverOf(log).start();
        Nginx nginx =
            Nginx.inFrontOf(
                server.port(),
                folder,
                "proxy_buffering off; gzip on; gzip_types *; gzip_min_length 1; gzip_proxied"
                    + " any;")) {
      String url = nginx.uri("/ticks").toString();
      HttpStreamBuilder<?> client = isSse ? Sse.builder(url) : Ndjson.builder(url);
      follow(client.gzip());
      assertIds(1, EVENTS);
      recorder.assertCompleted();
    }
  }
}
