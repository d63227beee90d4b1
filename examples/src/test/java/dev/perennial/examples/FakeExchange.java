package dev.perennial.examples;

import dev.perennial.examples.OrderBook.Depth;
import dev.perennial.examples.ScriptedSockets.Script;
import dev.perennial.examples.ScriptedSockets.Socket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A futures exchange: updates are numbered, a message has a range of them, and the book is loaded
 * by a request. Also the client's copy of the book.
 */
final class FakeExchange implements OrderBook.Book {
  private final Map<String, String> prices = new TreeMap<>(); // Guarded by this.
  private final Map<String, String> copy = new TreeMap<>(); // Guarded by this.
  private long last; // Guarded by this.
  private long lastInCopy; // Guarded by this.
  private int loads; // Guarded by this.
  private int staleLoads; // Guarded by this.
  private int connections;

  /** How many of the next requests for the book are answered from a cache. */
  synchronized void answerFromCache(int requests) {
    staleLoads = requests;
  }

  /** A connection that is cut after a number of new messages. */
  Script cutAfter(int messages) {
    return socket -> {
      connections++;
      for (int i = 0; i < messages; i++) {
        socket.send(next());
      }
      next(); // It does not arrive.
      socket.cut(connections);
    };
  }

  /** A connection on which a message is missing. */
  Script losingOneAfter(int messages) {
    return socket -> {
      send(socket, messages);
      next();
      send(socket, messages);
      socket.close(1000);
    };
  }

  private void send(Socket socket, int messages) throws IOException {
    for (int i = 0; i < messages; i++) {
      socket.send(next());
    }
  }

  /** Makes three updates in one message. */
  private synchronized String next() {
    long previous = last;
    last += 3;
    String price = Long.toString(100 + last % 17);
    String quantity = Long.toString(last);
    prices.put(price, quantity);
    return "{\"e\":\"depthUpdate\",\"U\":%d,\"u\":%d,\"pu\":%d,\"b\":[[\"%s\",\"%s\"]]}"
        .formatted(previous + 1, last, previous, price, quantity);
  }

  @Override
  public synchronized long load() {
    loads++;
    if (staleLoads > 0) {
      staleLoads--;
      return -10;
    }
    copy.clear();
    copy.putAll(prices);
    lastInCopy = last;
    return last;
  }

  @Override
  public synchronized void apply(Depth change) {
    if (change.last() <= lastInCopy) {
      return;
    }
    if (change.first() > lastInCopy + 1) {
      throw new IllegalStateException(change + " does not follow " + lastInCopy);
    }
    lastInCopy = change.last();
    for (String[] level : change.b()) {
      copy.put(level[0], level[1]);
    }
  }

  synchronized int loads() {
    return loads;
  }

  /** The exchange's book and the client's, with the number of the last update in each. */
  synchronized List<String> books() {
    return List.of(last + " " + prices, lastInCopy + " " + copy);
  }
}
