package dev.perennial.examples;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.spi.Sequence;
import dev.perennial.websocket.MessageHandshake;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.util.List;

/** A whole order book that is loaded, and ranges of changes that belong to it. */
final class OrderBook {
  private final String url;
  private final Book book;

  OrderBook(String url, Book book) {
    this.url = url;
    this.book = book;
  }

  // region book
  /** A change of some prices, with the numbers of the first and the last update in it. */
  record Depth(@JsonProperty("U") long first, @JsonProperty("u") long last, List<String[]> b) {}

  /** The book; any thread may use it. */
  interface Book {
    /** Loads the whole book by HTTP; returns the number of the last update in it. */
    long load() throws IOException;

    /** Applies a change, unless the book that was loaded contains it. */
    void apply(Depth change);
  }

  private static final JsonField FIRST = Json.field("/U");
  private static final JsonField LAST = Json.field("/u");
  private static final JsonField PREVIOUS = Json.field("/pu");

  private volatile boolean isLoaded;

  EventStream<Depth> changes() {
    return WebSockets.builder(url) // wss://fstream.example.com/ws/btcusdt@depth
        .handshake(socket -> loadBook(socket))
        .sequence(Sequence.of(LAST).withFirst(FIRST).withPrevious(PREVIOUS))
        .stream(Depth.class)
        .withGapPolicy(GapPolicy.snapshotThenLive(gap -> Long.toString(book.load())));
  }

  /** Loads the first book while the changes after it wait already. */
  private void loadBook(MessageHandshake socket) throws IOException {
    if (isLoaded) {
      return; // What was missed shows in the numbers.
    }
    Payload change = socket.receive();
    long loaded = book.load();
    while (loaded + 1 < Long.parseLong(String.valueOf(FIRST.apply(change)))) {
      loaded = book.load(); // It came from a cache: changes between the two are missing.
    }
    isLoaded = true;
    socket.deliver(change);
  }
  // endregion
}
