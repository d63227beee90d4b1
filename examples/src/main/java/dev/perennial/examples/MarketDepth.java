package dev.perennial.examples;

import static java.time.Duration.ofSeconds;

import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Overflow;
import dev.perennial.json.Json;
import dev.perennial.sse.Sse;
import java.util.Set;

/** Order books whose changes are counted for each symbol: a hole is filled by a snapshot. */
final class MarketDepth {

  /** One change of a book. */
  record Depth(String symbol, long seq, String bids) {}

  /** The books of an exchange. */
  interface Books {
    /** Reads a whole book; the number of the last change that is in it. */
    long load(String symbol) throws Exception;
  }

  private final Books books;
  private final Set<String> symbols;

  MarketDepth(Books books, Set<String> symbols) {
    this.books = books;
    this.symbols = Set.copyOf(symbols);
  }

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
              return null; // Goes on with what the server sends now.
            });
    return Sse.builder(url).sequence(Json.field("/symbol"), Json.field("/seq")).stream(Depth.class)
        .withGapPolicy(
            GapPolicy.fail()
                .except(Gap.Reason.SEQUENCE, oneBook)
                .except(Gap.Reason.NO_CURSOR, allBooks))
        .withOverflow(Overflow.latest())
        .withStalledAfter(ofSeconds(10));
  }
}
