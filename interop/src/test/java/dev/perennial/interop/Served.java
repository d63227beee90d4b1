package dev.perennial.interop;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of all libraries share: a server, and one subscription that is watched. */
abstract class Served {
  static final RetryPolicy QUICK =
      RetryPolicy.exponential(ofMillis(2), ofMillis(20)).withFloor(ofMillis(1));

  final FakeEventLog log = FakeEventLog.create();
  final Watch watch = new Watch();
  FakeSseServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = FakeSseServer.start(log);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  String url() {
    return server.uri("/ticks").toString();
  }

  EventStream<String> stream() {
    return Sse.stream(url()).withRetry(QUICK).withObserver(watch);
  }

  EventStream<String> stream(Flood flood) {
    return Sse.stream(flood.url()).withRetry(QUICK).withObserver(watch);
  }

  /** With the ledger as its store, which is written as often as can be. */
  EventStream<String> stream(Ledger ledger) {
    return stream().withCursorStore(ledger, ofMillis(1));
  }

  void append(String... data) {
    for (String each : data) {
      log.append(each);
    }
  }

  /** Appends events whose data are their ids. */
  void appendNumbers(int last) {
    IntStream.rangeClosed(1, last).forEach(number -> log.append(Integer.toString(number)));
  }

  /** Waits until the client has closed the only connection that it had. */
  void awaitLeft() {
    Soon.holds("the client has closed its socket", () -> server.liveConnections() == 0);
  }

  /** Ends the work of the first event last. */
  void releaseTheFirstLast(Ledger ledger) {
    ledger.release("4", "2", "3");
    assertNull(watch.cursor());
    assertNull(ledger.saved());
    ledger.release("1");
    Soon.holds("the cursor has moved over all", () -> "4".equals(ledger.saved()));
    ledger.assertKept(4);
  }
}
