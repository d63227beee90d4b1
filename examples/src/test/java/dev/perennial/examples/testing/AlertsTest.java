package dev.perennial.examples.testing;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Decoder;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamSubscription;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Direction;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeWebSocketServer;
import dev.perennial.testkit.ScriptedTransport;
import dev.perennial.testkit.VirtualTime;
import dev.perennial.websocket.WebSockets;
import java.net.ConnectException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tests of {@code docs/testing-your-app.md}. */
@Timeout(60)
class AlertsTest {
  private final BlockingQueue<String> pages = new LinkedBlockingQueue<>();

  @Test
  void alertsArePaged() throws Exception {
    // region server
    FakeEventLog log = FakeEventLog.create();
    try (FakeSseServer server = FakeSseServer.start(log)) {
      EventStream<String> stream = Sse.stream(server.uri("/alerts").toString());
      StreamSubscription subscription = stream.subscribe(new Alerts(pages::add));
      log.append("disk full");

      assertEquals("disk full", pages.poll(10, SECONDS));

      subscription.close();
      subscription.awaitClosed();
      assertEquals("1", subscription.cursor()); // what the app has processed
    }
    // endregion
  }

  // region quick
  private static final RetryPolicy QUICK =
      RetryPolicy.exponential(ofMillis(2), ofMillis(20)).withFloor(ofMillis(1));

  // endregion

  @Test
  void alertsArePagedOnceThoughTheServerReplays() throws Exception {
    // region cut
    FakeEventLog log = FakeEventLog.create();
    try (FakeSseServer server = FakeSseServer.builder(log).overlap(3).start()) {
      EventStream<String> stream = Sse.stream(server.uri("/alerts").toString()).withRetry(QUICK);
      try (StreamSubscription subscription = stream.subscribe(new Alerts(pages::add))) {
        log.append("one");
        log.append("two");
        assertEquals(List.of("one", "two"), List.of(next(), next()));

        server.cutAll(Cut.RST); // or FIN, or HALF_CLOSE; endAll() ends cleanly
        log.append("three");

        assertEquals("three", next()); // the server sent the others again: they are not paged twice
        assertEquals(2, subscription.connection());
      }
    }
    // endregion
  }

  private String next() throws InterruptedException {
    return String.valueOf(pages.poll(10, SECONDS));
  }

  @Test
  void whatIsMissingIsPagedToo() throws Exception {
    // region gap
    FakeEventLog log = FakeEventLog.retaining(2); // the server keeps no more than two events
    CursorStore store = CursorStore.inMemory();
    try (FakeSseServer server = FakeSseServer.start(log)) {
      EventStream<String> stream =
          Sse.stream(server.uri("/alerts").toString())
              .withCursorStore(store)
              .withGapPolicy(GapPolicy.liveOnly());
      StreamSubscription first = stream.subscribe(new Alerts(pages::add));
      log.append("before the holidays");
      assertEquals("before the holidays", next());
      first.close();
      first.awaitClosed(); // now its cursor is saved
      IntStream.range(0, 5).forEach(day -> log.append("meanwhile " + day));

      StreamSubscription second = stream.subscribe(new Alerts(pages::add));
      assertEquals("some alerts are missing", next());
      assertEquals("meanwhile 3", next()); // what the server still has
      second.close();
    }
    // endregion
  }

  @Test
  void refusalsAreFollowedByTheStream() throws Exception {
    // region answers
    FakeEventLog log = FakeEventLog.create();
    log.append("disk full");
    try (FakeSseServer server = FakeSseServer.start(log)) {
      server.answerNext(503, List.of("Retry-After: 0"), "deploying");
      server.answerNext(404, List.of(), "no such tenant");
      EventStream<String> stream = Sse.stream(server.uri("/alerts").toString()).withRetry(QUICK);

      stream.subscribe(new Alerts(pages::add));

      assertEquals("blind: HTTP_STATUS", next()); // 503 may pass, a 404 at the start is a mistake
      assertEquals(503, server.takeRequest(ofSeconds(10)).status());
      assertEquals(404, server.takeRequest(ofSeconds(10)).status());
    }
    // endregion
  }

  @Test
  void everyTransportHasAServer() throws Exception {
    // region transports
    FakeEventLog log = FakeEventLog.create();
    try (FakeNdjsonServer lines = FakeNdjsonServer.start(log);
        FakeWebSocketServer messages = FakeWebSocketServer.start(log)) {
      EventStream<String> ndjson =
          Ndjson.builder(lines.uri("/alerts").toString()).stream(Decoder.text());
      EventStream<String> webSocket =
          WebSockets.builder(messages.uri("/alerts").toString()).cursorParameter("since").stream(
              Decoder.text());
      StreamSubscription one = ndjson.subscribe(new Alerts(pages::add));
      StreamSubscription other = webSocket.subscribe(new Alerts(pages::add));
      log.append("disk full");

      assertEquals("{\"id\":\"1\",\"data\":\"disk full\"}", next());
      assertEquals("{\"id\":\"1\",\"data\":\"disk full\"}", next());
      one.close();
      other.close();
    }
    // endregion
  }

  @Test
  void nothingIsLostOnABadLine() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    // region proxy
    try (FakeSseServer server = FakeSseServer.start(log); // or any server on this machine
        ChaosProxy proxy = ChaosProxy.inFrontOf(server.port())) {
      proxy.slice(Direction.TO_CLIENT, 7, ofMillis(0)); // no read brings more than 7 bytes
      proxy.cutEvery(Direction.TO_CLIENT, 500, Cut.FIN); // each connection dies in the middle
      EventStream<String> stream = Sse.stream(proxy.uri("/alerts").toString()).withRetry(QUICK);
      try (StreamSubscription subscription = stream.subscribe(new Alerts(pages::add))) {
        for (int i = 1; i <= 100; i++) {
          log.append("alert " + i);
        }

        for (int i = 1; i <= 100; i++) {
          assertEquals("alert " + i, next());
        }
        assertTrue(subscription.connection() > 1);
      }
    }
    // endregion
  }

  @Test
  void silentConnectionIsReplacedInVirtualTime() {
    // region virtual
    VirtualTime time = VirtualTime.create();
    ScriptedTransport transport =
        ScriptedTransport.of(
            time,
            opens().event("1", "one").silence(ofMinutes(10)),
            refuses(new ConnectException("down")),
            opens().event("2", "two").declaresEnd());
    EventStream<String> stream =
        EventStream.of(transport, Decoder.text())
            .withRuntime(time.runtime())
            .withStaleAfter(ofMinutes(1));

    stream.subscribe(new Alerts(pages::add));
    time.run(); // on this thread, until nothing is left to do

    assertEquals(List.of("one", "two"), List.copyOf(pages));
    assertEquals("1", transport.cursors().get(2)); // resumed after the first
    assertTrue(time.elapsed().compareTo(ofMinutes(1)) > 0); // and took a millisecond
    transport.assertExhausted();
    transport.assertAllClosed();
    // endregion
  }

  /** A decoder of the app. */
  private static final class UpperCase implements Decoder<String> {
    @Override
    public String decode(Payload payload) {
      return payload.text().toUpperCase(Locale.ROOT);
    }
  }

  @Test
  void recorderTakesSignalsOneByOne() {
    // region recorder
    VirtualTime time = VirtualTime.create();
    ScriptedTransport transport =
        ScriptedTransport.of(time, opens().event("1", "one").gap("compacted").event("9", "nine"));
    EventRecorder<String> recorder = EventRecorder.create();

    EventStream.of(transport, new UpperCase()) // what is tested: the app's own decoder
        .withRuntime(time.runtime())
        .withGapPolicy(GapPolicy.liveOnly())
        .subscribe(recorder.listener());
    time.at(ofMinutes(1), recorder::close);
    time.run();

    recorder.assertEvents("ONE");
    assertEquals("compacted", recorder.takeGap().detail());
    Event<String> nine = recorder.takeEvent();
    assertEquals("9", nine.id());
    recorder.assertExhausted(); // nothing else came, and nothing after close
    // endregion
  }

  @Test
  void endIsPagedWithItsReason() {
    VirtualTime time = VirtualTime.create();
    ScriptedTransport transport =
        ScriptedTransport.of(time, opens().event("1", "one").gap("compacted"));

    EventStream.of(transport, Decoder.text())
        .withRuntime(time.runtime())
        .subscribe(new Alerts(pages::add));
    time.run();

    assertEquals(
        List.of("one", "some alerts are missing", "blind: " + Reason.GAP), List.copyOf(pages));
  }
}
