package dev.perennial.tests.contract;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** What the tests of every transport need, over sockets. */
interface TransportContract {
  Duration PATIENCE = ofSeconds(20);
  List<String> NO_HEADERS = List.of();
  RetryPolicy QUICK = RetryPolicy.exponential(ofMillis(2), ofMillis(20)).withFloor(ofMillis(1));

  /** Returns a builder of servers of a log in the transport's format. */
  FakeStreamServer.Builder<?> serverOf(FakeEventLog log);

  /** Returns a client for such a server. */
  ExchangeBuilder<?> clientOf(String url);

  /** Returns a stream with the log's data as its events' data. */
  EventStream<String> streamOf(ExchangeBuilder<?> client);

  /** Returns the recorder of this test. */
  EventRecorder<String> recorder();

  default EventStream<String> streamOf(URI uri) {
    return streamOf(clientOf(uri.toString())).withRetry(QUICK);
  }

  static void append(FakeEventLog log, int from, int to) {
    IntStream.rangeClosed(from, to).forEach(i -> log.append("event " + i));
  }

  static String[] events(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "event " + i).toArray(String[]::new);
  }
}
