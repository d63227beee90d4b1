package dev.perennial.examples;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.LoggedEvent;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * A Mercure hub with a bounded history, which answers a subscriber as the reference hub does: it
 * reports after which update it resumes, and continues with new updates if it does not know the
 * requested one.
 */
final class FakeMercure implements AutoCloseable {
  static final String EARLIEST = "earliest";
  private static final Duration TICK = Duration.ofMillis(20);

  private final FakeEventLog history;
  private final LoopbackServer server;
  private final List<String> topics = new CopyOnWriteArrayList<>(); // Of each update, in order.
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final Set<Exchange> subscribers = ConcurrentHashMap.newKeySet();
  private final Outage outage = new Outage();

  private FakeMercure(int retained) throws IOException {
    this.history = FakeEventLog.retaining(retained, FakeMercure::id);
    this.server = LoopbackServer.start(this::answer);
  }

  /** Starts a hub that keeps this many updates. */
  static FakeMercure retaining(int updates) throws IOException {
    return new FakeMercure(updates);
  }

  /** Returns the id of the n-th update, counted from 1. */
  static String id(long number) {
    return String.format("urn:uuid:5e94c686-2c0b-4f9b-958c-%012d", number);
  }

  /** Returns the id of the last update. */
  String lastEventId() {
    return topics.isEmpty() ? EARLIEST : id(topics.size());
  }

  void publish(String topic, String data) {
    topics.add(topic);
    history.append(data);
  }

  /** Accepts requests with this token. */
  void issue(String token) {
    tokens.add(token);
  }

  /** Ends the connections of this token normally, and accepts it no longer. */
  void expire(String token) {
    tokens.remove(token);
  }

  /** Cuts all connections, and serves no other while {@code meanwhile} runs. */
  void cutWhile(Runnable meanwhile) {
    outage.cutWhile(() -> subscribers.forEach(exchange -> exchange.cut(Cut.RST)), meanwhile);
  }

  private void answer(Exchange exchange) throws IOException, InterruptedException {
    outage.awaitEnd();
    ReceivedRequest request = exchange.request();
    String authorization = String.valueOf(request.header("Authorization"));
    String token = authorization.replaceFirst("^Bearer ", "");
    if (!tokens.contains(token)) {
      exchange.answer(
          401,
          List.of("WWW-Authenticate: Bearer error=\"invalid_token\"", "Content-Type: text/plain"),
          "Unauthorized\n");
      return;
    }
    Set<@Nullable String> wanted =
        Set.copyOf(
            HttpUrl.get(server.uri(request.target()).toString()).queryParameterValues("topic"));
    if (wanted.isEmpty()) {
      exchange.answer(400, List.of("Content-Type: text/plain"), "Missing \"topic\" parameter.\n");
      return;
    }
    subscribers.add(exchange);
    try {
      serve(exchange, token, wanted);
    } finally {
      subscribers.remove(exchange);
    }
  }

  private void serve(Exchange exchange, String token, Set<@Nullable String> wanted)
      throws IOException, InterruptedException {
    String asked = exchange.request().header("Last-Event-ID");
    if (asked == null) {
      asked = exchange.request().queryParameter("lastEventID");
    }
    FakeEventLog.Reader replay =
        EARLIEST.equals(asked)
            ? history.readOldest()
            : history.readAfter(asked == null ? "" : asked);
    boolean isKnown = asked != null && replay.cursorState() == FakeEventLog.CursorState.FOUND;
    String head = "";
    if (asked != null) {
      head = "Last-Event-ID: " + (isKnown ? asked : lastEventId()) + "\r\n";
    }
    try (FakeEventLog.Reader updates = isKnown ? replay : history.readLive()) {
      exchange.write(
          "HTTP/1.1 200 OK\r\n"
              + "Cache-Control: private, no-cache, no-store, must-revalidate, max-age=0\r\n"
              + "Content-Type: text/event-stream\r\n"
              + head
              + "X-Accel-Buffering: no\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n");
      writeChunk(exchange, ":\n");
      while (tokens.contains(token)) {
        List<LoggedEvent> next = new ArrayList<>();
        updates.read(next, 1, TICK);
        for (LoggedEvent update : next) {
          String topic = topics.get((int) update.number() - 1);
          if (wanted.contains(topic) && tokens.contains(token)) {
            writeChunk(exchange, "id: " + update.id() + "\ndata: " + update.data() + "\n\n");
          }
        }
      }
      exchange.write("0\r\n\r\n");
    }
  }

  private static void writeChunk(Exchange exchange, String text) throws IOException {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    exchange.write(Integer.toHexString(length) + "\r\n" + text + "\r\n");
  }

  /**
   * Returns the ids after which subscribers asked to resume, {@code none} for those that did not.
   */
  List<String> asked() {
    List<String> asked = new ArrayList<>();
    for (ReceivedRequest request : server.requests()) {
      String id = request.header("Last-Event-ID");
      asked.add(id == null ? "none" : id);
    }
    return asked;
  }

  LoopbackServer server() {
    return server;
  }

  HttpUrl url() {
    return HttpUrl.get(server.uri("/.well-known/mercure").toString());
  }

  @Override
  public void close() {
    server.close();
  }
}
