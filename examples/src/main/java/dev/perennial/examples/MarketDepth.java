package dev.perennial.examples;

import static java.time.Duration.ofSeconds;

import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Overflow;
import dev.perennial.Payload;
import dev.perennial.json.Json;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSockets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Order books whose changes are numbered per symbol: a snapshot fills a gap. */
final class MarketDepth {
  private final Books books;

  MarketDepth(Books books) {
    this.books = books;
  }

  // region depth
  /** A book's best bids after a change. */
  record Depth(String symbol, long seq, String bids) {}

  /** The books of an exchange. */
  interface Books {
    /** Reads a whole book; returns the number of the last change in it. */
    long load(String symbol) throws Exception;
  }

  private final Set<String> symbols = ConcurrentHashMap.newKeySet();
  private final WebSocketSender out = WebSocketSender.create();

  EventStream<Depth> changes(String url) {
    GapPolicy oneBook =
        GapPolicy.snapshotThenLive(
            gap -> Long.toString(books.load(String.valueOf(gap.sequenceKey()))));
    GapPolicy allBooks =
        GapPolicy.snapshotThenLive(
            gap -> {
              for (String symbol : symbols) {
                books.load(symbol);
              }
              return null; // Continue with what the server sends now.
            });
    return WebSockets.builder(url) // wss://stream.example.com/ws
        .sender(out)
        .onOpen(socket -> symbols.forEach(symbol -> socket.send(subscribe(symbol))))
        .classify(
            message ->
                message.text().startsWith("{\"ping\"") ? Payload.Kind.CONTROL : Payload.Kind.EVENT)
        .onControl((socket, ping) -> socket.send(ping.text().replace("ping", "pong")))
        .sequence(Json.field("/symbol"), Json.field("/seq"))
        .stream(Depth.class)
        .withGapPolicy(
            GapPolicy.fail()
                .except(Gap.Reason.SEQUENCE, oneBook)
                .except(Gap.Reason.NO_CURSOR, allBooks))
        .withOverflow(Overflow.latest())
        .withStalledAfter(ofSeconds(10));
  }

  void add(String symbol) {
    if (symbols.add(symbol)) {
      out.send(subscribe(symbol)); // Refused without a connection; onOpen sends it then.
    }
  }

  void remove(String symbol) {
    if (symbols.remove(symbol)) {
      out.send("{\"unsubscribe\":\"" + symbol + "\"}");
    }
  }

  private static String subscribe(String symbol) {
    return "{\"subscribe\":\"" + symbol + "\"}";
  }
  // endregion
}
