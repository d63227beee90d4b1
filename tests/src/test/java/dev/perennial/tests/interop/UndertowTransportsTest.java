package dev.perennial.tests.interop;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Direction;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.websocket.WebSockets;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import io.undertow.websockets.core.WebSocketChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** NDJSON and WebSocket against a server that others wrote: Undertow's chunks and frames. */
@Timeout(60)
class UndertowTransportsTest {
  private static final int EVENTS = 3_000;
  private static final int CUT_BYTES = 5_003;
  private static final RetryPolicy QUICK =
      RetryPolicy.exponential(ofMillis(2), ofMillis(20)).withFloor(ofMillis(1));

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(20));
  private final AtomicInteger connections = new AtomicInteger();
  private Undertow undertow;
  private int port;

  @BeforeEach
  void start() {
    undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setIoThreads(2)
            .setWorkerThreads(4)
            .setHandler(
                Handlers.path()
                    .addExactPath("/ndjson", new BlockingHandler(lines()))
                    .addExactPath(
                        "/ws",
                        Handlers.websocket(
                            (exchange, channel) ->
                                sendAll(channel, since(exchange.getRequestParameters())))))
            .build();
    undertow.start();
    port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  @AfterEach
  void stop() {
    undertow.stop();
  }

  private static int since(Map<String, ? extends Iterable<String>> parameters) {
    Iterable<String> values = parameters.get("since");
    return values == null ? 0 : Integer.parseInt(values.iterator().next());
  }

  private static String event(int number) {
    return "{\"id\":" + number + ",\"text\":\"zwölf €uro 😀 " + number + "\"}";
  }

  private HttpHandler lines() {
    return exchange -> {
      connections.incrementAndGet();
      Deque<String> values = exchange.getQueryParameters().get("since");
      int since = values == null ? 0 : Integer.parseInt(values.getFirst());
      if (since == EVENTS) {
        exchange.setStatusCode(StatusCodes.NO_CONTENT);
        return;
      }
      write(exchange, since);
    };
  }

  private static void write(HttpServerExchange exchange, int since) throws IOException {
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/x-ndjson");
    OutputStream out = exchange.getOutputStream();
    for (int i = since + 1; i <= EVENTS; i++) {
      out.write((event(i) + "\n").getBytes(StandardCharsets.UTF_8));
      if (i % 20 == 0) {
        out.flush();
      }
    }
  }

  private void sendAll(WebSocketChannel channel, int since) {
    connections.incrementAndGet();
    for (int i = since + 1; i <= EVENTS; i++) {
      io.undertow.websockets.core.WebSockets.sendText(event(i), channel, null);
    }
    io.undertow.websockets.core.WebSockets.sendClose(1000, "that was all", channel, null);
    channel.resumeReceives();
  }

  private URI at(@Nullable ChaosProxy proxy, String path) {
    return proxy == null ? URI.create("http://127.0.0.1:" + port + path) : proxy.uri(path);
  }

  private EventStream<String> lines(@Nullable ChaosProxy proxy) {
    return Ndjson.stream(at(proxy, "/ndjson").toString()).withRetry(QUICK);
  }

  private EventStream<String> messages(@Nullable ChaosProxy proxy) {
    return WebSockets.builder(at(proxy, "/ws").toString()).cursorParameter("since").stream()
        .withRetry(QUICK.onCloseCode(1000, RetryPolicy.Action.COMPLETE));
  }

  private void assertAllOnceAndInOrder() {
    recorder.assertEvents(
        IntStream.rangeClosed(1, EVENTS)
            .mapToObj(UndertowTransportsTest::event)
            .toArray(String[]::new));
    recorder.assertCompleted();
  }

  @Test
  void linesArriveOnceAndInOrder() {
    lines(null).subscribe(recorder.listener());
    assertAllOnceAndInOrder();
  }

  @Test
  void messagesArriveOnceAndInOrder() {
    messages(null).subscribe(recorder.listener());
    assertAllOnceAndInOrder();
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  void linesThatAreCutOnTheWayArriveOnceAndInOrder(Cut how) throws Exception {
    try (ChaosProxy proxy = ChaosProxy.inFrontOf(port)) {
      proxy.cutEvery(Direction.TO_CLIENT, CUT_BYTES, how);
      lines(proxy).subscribe(recorder.listener());
      assertAllOnceAndInOrder();
      assertTrue(connections.get() > 20, () -> connections + " connections");
    }
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  void messagesThatAreCutOnTheWayArriveOnceAndInOrder(Cut how) throws Exception {
    try (ChaosProxy proxy = ChaosProxy.inFrontOf(port)) {
      proxy.cutEvery(Direction.TO_CLIENT, CUT_BYTES, how);
      messages(proxy).subscribe(recorder.listener());
      assertAllOnceAndInOrder();
      assertTrue(connections.get() > 20, () -> connections + " connections");
    }
  }

  @Test
  void anyShapeOfTheBytesGivesTheSameMessages() throws Exception {
    for (int bytes : List.of(1_000, 37)) {
      try (ChaosProxy proxy = ChaosProxy.inFrontOf(port)) {
        proxy.slice(Direction.TO_CLIENT, bytes, ofMillis(0));
        EventRecorder<String> each = EventRecorder.<String>create().waitingAtMost(ofSeconds(20));
        messages(proxy).subscribe(each.listener());
        each.assertEvents(
            IntStream.rangeClosed(1, EVENTS)
                .mapToObj(UndertowTransportsTest::event)
                .toArray(String[]::new));
        each.assertCompleted();
      }
    }
  }
}
