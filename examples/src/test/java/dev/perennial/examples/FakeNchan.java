package dev.perennial.examples;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.LoggedEvent;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import dev.perennial.testkit.WebSocketExchange;
import dev.perennial.testkit.WebSocketFrame;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An Nchan channel with a bounded buffer. A subscriber that sends a message id gets what follows
 * it; one that sends none, or one that is no longer in the buffer, gets the oldest message without
 * any notice.
 */
final class FakeNchan implements AutoCloseable {
  private static final String META = "ws+meta.nchan";
  private static final Duration TICK = Duration.ofMillis(20);

  private final FakeEventLog buffer;
  private final LoopbackServer server;
  private final Set<Exchange> subscribers = ConcurrentHashMap.newKeySet();
  private final Outage outage = new Outage();
  private volatile int timeouts;
  private volatile boolean isForbidden;

  private FakeNchan(int bufferLength) throws IOException {
    this.buffer = FakeEventLog.retaining(bufferLength, FakeNchan::id);
    this.server = LoopbackServer.start(this::answer);
  }

  static FakeNchan buffering(int messages) throws IOException {
    return new FakeNchan(messages);
  }

  /**
   * Returns the n-th message's id, counted from 1: the second of its publication, and a tag within
   * that second.
   */
  static String id(long number) {
    return (1_790_000_000 + (number - 1) / 3) + ":" + (number - 1) % 3;
  }

  void publish(String message) {
    buffer.append(message);
  }

  /** From now on the application refuses all requests. */
  void forbid() {
    isForbidden = true;
  }

  /** Times out all subscribers. */
  void timeOut() {
    timeouts++;
  }

  /** Cuts all connections, and serves no other while {@code meanwhile} runs. */
  void cutWhile(Runnable meanwhile) {
    outage.cutWhile(() -> subscribers.forEach(exchange -> exchange.cut(Cut.RST)), meanwhile);
  }

  private void answer(Exchange exchange) throws IOException, InterruptedException {
    outage.awaitEnd();
    if (isForbidden) {
      exchange.answer(403, List.of("Content-Type: text/plain"), "Forbidden");
      return;
    }
    subscribers.add(exchange);
    try (FakeEventLog.Reader messages = messagesAfter(lastId(exchange.request()))) {
      if (exchange.request().header("Upgrade") == null) {
        serveEvents(exchange, messages);
      } else {
        serveSocket(exchange, messages);
      }
    } finally {
      subscribers.remove(exchange);
    }
  }

  private static @Nullable String lastId(ReceivedRequest request) {
    String header = request.header("Last-Event-ID");
    return header != null ? header : request.queryParameter("last_event_id");
  }

  private FakeEventLog.Reader messagesAfter(@Nullable String id) {
    FakeEventLog.Reader after = buffer.readAfter(id == null ? "" : id);
    return after.cursorState() == FakeEventLog.CursorState.FOUND ? after : buffer.readOldest();
  }

  private void serveSocket(Exchange exchange, FakeEventLog.Reader messages)
      throws IOException, InterruptedException {
    boolean hasMeta = META.equals(exchange.request().header("Sec-WebSocket-Protocol"));
    WebSocketExchange socket =
        WebSocketExchange.accept(
            exchange, hasMeta ? List.of("Sec-WebSocket-Protocol: " + META) : List.of());
    int timeoutsBefore = timeouts;
    boolean isClosed = false;
    while (!isClosed) {
      List<LoggedEvent> next = next(messages);
      if (timeouts != timeoutsBefore) {
        socket.send(WebSocketFrame.close(1000, "408 Request Timeout"));
        socket.awaitClose(Duration.ofSeconds(20));
        return;
      }
      for (LoggedEvent message : next) {
        String meta = "id: " + message.id() + "\ncontent-type: application/json\n\n";
        socket.send(WebSocketFrame.text((hasMeta ? meta : "") + message.data()));
      }
      isClosed = isClosed(socket);
    }
  }

  /** Returns whether the client has sent a close frame. */
  private static boolean isClosed(WebSocketExchange socket) throws IOException {
    try {
      WebSocketFrame frame = socket.read(Duration.ofMillis(1));
      return frame == null || frame.opcode() == WebSocketFrame.CLOSE;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private void serveEvents(Exchange exchange, FakeEventLog.Reader messages)
      throws IOException, InterruptedException {
    exchange.write(
        "HTTP/1.1 200 OK\r\n"
            + "Content-Type: text/event-stream; charset=utf-8\r\n"
            + "Connection: close\r\n\r\n: hi\n\n");
    int timeoutsBefore = timeouts;
    List<LoggedEvent> next = next(messages);
    while (timeouts == timeoutsBefore) {
      for (LoggedEvent message : next) {
        exchange.write("id: " + message.id() + "\ndata: " + message.data() + "\n\n");
      }
      next = next(messages);
    }
    exchange.write(":408: Request Timeout\n");
  }

  private static List<LoggedEvent> next(FakeEventLog.Reader messages) throws InterruptedException {
    List<LoggedEvent> next = new ArrayList<>();
    messages.read(next, 1, TICK);
    return next;
  }

  LoopbackServer server() {
    return server;
  }

  String url() {
    return server.uri("/sub/room42").toString();
  }

  @Override
  public void close() {
    server.close();
  }
}
