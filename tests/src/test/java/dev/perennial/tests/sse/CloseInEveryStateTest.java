package dev.perennial.tests.sse;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** After close() nothing is left within a second: no thread, no connection, no later signal. */
class CloseInEveryStateTest {
  private static final Duration SECOND = ofSeconds(1);

  private final Set<Thread> earlier = Thread.getAllStackTraces().keySet();
  private final OkHttpClient client = new OkHttpClient();
  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(ofSeconds(10));

  @Test
  void whileTheNameIsLookedUpForEver() throws Exception {
    CountDownLatch lookedUp = new CountDownLatch(1);
    OkHttpClient hanging = client.newBuilder().dns(host -> hang(lookedUp)).build();
    StreamSubscription subscription =
        Sse.builder("http://nowhere.test/").client(hanging).stream().subscribe(recorder.listener());
    lookedUp.await();

    assertQuietAfterClose(subscription, null);
  }

  @Test
  void whileTheAnswerDoesNotCome() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(CloseInEveryStateTest::stayQuiet)) {
      StreamSubscription subscription = stream(server).subscribe(recorder.listener());
      server.takeRequest(ofSeconds(10));

      assertQuietAfterClose(subscription, server);
    }
  }

  @Test
  void whileOpenAndNothingComes() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(CloseInEveryStateTest::openAndStayQuiet)) {
      StreamSubscription subscription = stream(server).subscribe(recorder.listener());
      recorder.takeEvent();

      assertQuietAfterClose(subscription, server);
    }
  }

  @Test
  void whilePausedForWantOfDemand() throws Exception {
    EventRecorder<String> paused = EventRecorder.<String>requesting(0).waitingAtMost(ofSeconds(10));
    try (LoopbackServer server = LoopbackServer.start(CloseInEveryStateTest::openAndStayQuiet)) {
      stream(server).subscribe(paused.subscriber());
      server.takeRequest(ofSeconds(10));

      paused.close();

      assertEventually(() -> server.liveConnections() == 0, "no connection is left");
      assertEventually(() -> ourThreads().isEmpty(), "no thread is left");
      paused.assertExhausted();
    }
  }

  @Test
  void whileWaitingForTheNextAttempt() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(exchange -> exchange.cut(Cut.RST))) {
      StreamSubscription subscription =
          stream(server).withRetry(RetryPolicy.fixed(ofSeconds(60))).subscribe(recorder.listener());
      assertEventually(() -> subscription.state() instanceof StreamState.Waiting, "it waits");

      assertQuietAfterClose(subscription, server);
    }
  }

  @Test
  void whileParked() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(CloseInEveryStateTest::openAndStayQuiet)) {
      StreamSubscription subscription = stream(server).subscribe(recorder.listener());
      recorder.takeEvent();
      subscription.park();
      assertEventually(() -> subscription.state() instanceof StreamState.Parked, "it is parked");

      assertQuietAfterClose(subscription, server);
    }
  }

  @Test
  void withinACallback() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    EventRecorder<String> closing = EventRecorder.<String>create().waitingAtMost(ofSeconds(10));
    closing.onEvent(
        event -> {
          closing.close();
          closed.countDown();
        });
    try (LoopbackServer server = LoopbackServer.start(CloseInEveryStateTest::openAndStayQuiet)) {
      StreamSubscription subscription = stream(server).subscribe(closing.listener());
      closed.await();

      assertTrue(subscription.awaitClosed(SECOND));
      assertEventually(() -> server.liveConnections() == 0, "no connection is left");
      assertEventually(() -> ourThreads().isEmpty(), "no thread is left");
      closing.takeEvent();
      closing.assertExhausted();
    }
  }

  private EventStream<String> stream(LoopbackServer server) {
    return Sse.builder(server.uri("/").toString()).client(client).stream()
        .withRuntime(StreamRuntime.builder().build());
  }

  private void assertQuietAfterClose(StreamSubscription subscription, LoopbackServer server)
      throws InterruptedException {
    int signals = recorder.signals().size();

    subscription.close();

    assertTrue(subscription.awaitClosed(SECOND), "it is closed within a second");
    assertEquals(new StreamState.Closed(null), subscription.state());
    assertEventually(() -> ourThreads().isEmpty(), "no thread is left but " + ourThreads());
    if (server != null) {
      assertEventually(() -> server.liveConnections() == 0, "no connection is left");
    }
    assertEquals(0, client.connectionPool().connectionCount());
    assertTrue(recorder.signals().size() <= signals + 1, "at most one signal was on its way");
  }

  /** The engine's threads and helpers that were not there before this test. */
  private List<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !earlier.contains(thread))
        .map(Thread::getName)
        .filter(name -> name.startsWith("perennial-"))
        .filter(name -> !name.startsWith("perennial-testkit-"))
        .filter(name -> !name.startsWith("perennial-conformance"))
        .collect(Collectors.toList());
  }

  /** Looks again until it is so, for at most a second. */
  private static void assertEventually(BooleanSupplier condition, String what) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - began < SECOND.toNanos(), "Expected within 1 s: " + what);
      Thread.onSpinWait();
    }
  }

  private static List<InetAddress> hang(CountDownLatch entered) throws UnknownHostException {
    entered.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new UnknownHostException("interrupted");
  }

  private static void stayQuiet(Exchange exchange) throws IOException, InterruptedException {
    exchange.awaitPeerClose(ofSeconds(30));
  }

  private static void openAndStayQuiet(Exchange exchange) throws IOException, InterruptedException {
    exchange.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n");
    exchange.awaitPeerClose(ofSeconds(30));
  }
}
