package dev.perennial.interop;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Gives the tests of all libraries a server, and one subscription that is observed. */
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

  /** Uses the ledger as its store, which is written as often as possible. */
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

  /** Waits until the client has closed its only connection. */
  void awaitLeft() {
    Soon.holds("the client has closed its socket", () -> server.liveConnections() == 0);
  }

  /** Ends the processing of the first event last. */
  void releaseTheFirstLast(Ledger ledger) {
    ledger.release("4", "2", "3");
    assertNull(watch.cursor());
    assertNull(ledger.saved());
    ledger.release("1");
    Soon.holds("the cursor has moved over all", () -> "4".equals(ledger.saved()));
    ledger.assertKept(4);
  }

  /**
   * Asserts that the cursor stays before event 4 of 40 while the consumer processes it, although
   * the library has requested 16.
   *
   * @param subscribe subscribes with a handler that gets each event's number on another thread;
   *     returns how to cancel
   */
  void assertCursorWaitsForTheConsumer(Function<Consumer<String>, Runnable> subscribe) {
    CountDownLatch busy = new CountDownLatch(1);
    Runnable cancel =
        subscribe.apply(
            number -> {
              if (number.equals("4")) {
                awaitQuietly(busy);
              }
            });

    watch.assertDelivered(16); // It requests more after it has processed three quarters.
    assertEquals("3", watch.cursor());

    busy.countDown();
    Soon.holds("all are acknowledged", () -> "40".equals(watch.cursor()));
    cancel.run();
    awaitLeft();
  }

  /** Waits, and keeps the interrupt of a disposed consumer. */
  static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
