package dev.perennial.tests.contract;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.DedupeWindow;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.GapPolicy;
import dev.perennial.Overflow;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamSubscription;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.testkit.ServedRequest;
import dev.perennial.tests.Eventually;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every transport promises in the same words, over sockets. */
@Timeout(60)
abstract class TransportContract {
  private static final Duration PATIENCE = ofSeconds(20);
  private static final List<String> NO_HEADERS = List.of();
  private static final RetryPolicy QUICK =
      RetryPolicy.exponential(ofMillis(2), ofMillis(20)).withFloor(ofMillis(1));

  private final EventRecorder<String> recorder =
      EventRecorder.<String>create().waitingAtMost(PATIENCE);

  /** A server of {@code log} in the transport's format, with nothing chosen yet. */
  abstract FakeStreamServer.Builder<?> serverOf(FakeEventLog log);

  /** A client for such a server. */
  abstract ExchangeBuilder<?> clientOf(String url);

  /** The log's data as the events' data. */
  abstract EventStream<String> streamOf(ExchangeBuilder<?> client);

  private EventStream<String> streamOf(URI uri) {
    return streamOf(clientOf(uri.toString())).withRetry(QUICK);
  }

  private static void append(FakeEventLog log, int from, int to) {
    IntStream.rangeClosed(from, to).forEach(i -> log.append("event " + i));
  }

  private static String[] events(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "event " + i).toArray(String[]::new);
  }

  // ---- Resume ----

  @ParameterizedTest
  @EnumSource(Cut.class)
  void afterACutTheStreamGoesOnWhereItWas(Cut how) throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 100);
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(server.uri("/ticks")).subscribe(recorder.listener());
      recorder.assertEvents(events(1, 100));

      server.cutAll(how);
      append(log, 101, 200);

      recorder.assertEvents(events(101, 200));
      assertNull(server.takeRequest(PATIENCE).cursor());
      assertEquals("100", server.takeRequest(PATIENCE).cursor());
      recorder.close();
    }
  }

  @Test
  void connectionThatEndsInGoodOrderIsMadeAgain() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 3);
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(server.uri("/ticks")).subscribe(recorder.listener());
      recorder.assertEvents(events(1, 3));

      server.endAll();
      append(log, 4, 6);

      recorder.assertEvents(events(4, 6));
      server.takeRequest(PATIENCE);
      assertEquals("3", server.takeRequest(PATIENCE).cursor());
      recorder.close();
    }
  }

  @Test
  void streamThatIsOverCompletes() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 3);
    log.end();
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(server.uri("/ticks")).subscribe(recorder.listener());
      recorder.assertEvents(events(1, 3));
      recorder.assertCompleted();
    }
  }

  @Test
  void storeLetsTheNextProcessGoOn() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 5);
    CursorStore store = CursorStore.inMemory();
    try (FakeStreamServer server = serverOf(log).start()) {
      StreamSubscription first =
          streamOf(server.uri("/ticks")).withCursorStore(store).subscribe(recorder.listener());
      recorder.assertEvents(events(1, 5));
      first.close();
      assertTrue(first.awaitClosed(PATIENCE));
      append(log, 6, 8);
      EventRecorder<String> next = EventRecorder.<String>create().waitingAtMost(PATIENCE);
      streamOf(server.uri("/ticks")).withCursorStore(store).subscribe(next.listener());

      next.assertEvents(events(6, 8));
      server.takeRequest(PATIENCE);
      assertEquals("5", server.takeRequest(PATIENCE).cursor());
      next.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "é",
        "\"",
        "{\"a\":[1]}",
        "a&b=c",
        "1+1",
        "100%",
        "#1?",
        "with space",
        "日本",
        "\uD83D\uDE00",
        "back\\slash",
        "1e3"
      })
  void anyIdIsACursorAsItIs(String text) throws Exception {
    resumesAfter(text);
  }

  @Test
  void cursorMayHaveFourKibibytes() throws Exception {
    resumesAfter("x".repeat(4 * 1024 - 1)); // And a digit.
  }

  private void resumesAfter(String text) throws Exception {
    FakeEventLog log = FakeEventLog.retaining(10, number -> text + number);
    String first = log.append("one");
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(server.uri("/ticks")).subscribe(recorder.listener());
      assertEquals(first, recorder.takeEvent().id());

      server.cutAll(Cut.RST);
      String second = log.append("two");

      Event<String> event = recorder.takeEvent();
      assertEquals(second, event.id());
      assertEquals("two", event.data());
      server.takeRequest(PATIENCE);
      assertEquals(first, server.takeRequest(PATIENCE).cursor());
      recorder.close();
    }
  }

  // ---- Duplicates and gaps ----

  @Test
  void whatAReconnectReplaysIsDeliveredOnce() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 50);
    RecordingObserver observer = RecordingObserver.create();
    try (FakeStreamServer server = serverOf(log).overlap(20).start()) {
      streamOf(server.uri("/ticks")).withObserver(observer).subscribe(recorder.listener());
      recorder.assertEvents(events(1, 50));

      server.cutAll(Cut.FIN);
      append(log, 51, 60);

      recorder.assertEvents(events(51, 60));
      assertEquals(20, observer.lines("duplicate").size());
      recorder.close();
    }
  }

  @Test
  void cursorThatIsGoneIsAGap() throws Exception {
    gapEndsWith(false);
  }

  @Test
  void answerThatReplayIsNotPossibleIsAGap() throws Exception {
    gapEndsWith(true);
  }

  private void gapEndsWith(boolean isNoReplay) throws Exception {
    FakeEventLog log = FakeEventLog.retaining(5);
    append(log, 1, 100);
    FakeStreamServer.Builder<?> builder = serverOf(log);
    try (FakeStreamServer server = (isNoReplay ? builder.answeringNoReplay() : builder).start()) {
      streamOf(server.uri("/ticks")).withCursor("50").subscribe(recorder.listener());

      Gap gap = recorder.takeGap();
      assertEquals(Gap.Reason.SERVER, gap.reason());
      assertEquals("50", gap.lastCursor());
      assertEquals(gap, assertInstanceOf(GapException.class, recorder.takeFailure()).gap());
      ServedRequest served = server.takeRequest(PATIENCE);
      assertEquals(isNoReplay ? 204 : 410, served.status());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void afterAGapTheStreamGoesOnLiveWhereThePolicySaysSo() throws Exception {
    FakeEventLog log = FakeEventLog.retaining(5);
    append(log, 1, 3);
    try (FakeStreamServer server = serverOf(log).start()) {
      server.answerNext(410, NO_HEADERS, "");
      streamOf(server.uri("/ticks"))
          .withCursor("7")
          .withGapPolicy(GapPolicy.liveOnly())
          .subscribe(recorder.listener());

      assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
      recorder.assertEvents(events(1, 3));
      assertEquals("7", server.takeRequest(PATIENCE).cursor());
      assertNull(server.takeRequest(PATIENCE).cursor());
      recorder.close();
    }
  }

  // ---- Silence and demand ----

  @Test
  void silentConnectionIsReplaced() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 3);
    RecordingObserver observer = RecordingObserver.create();
    try (FakeStreamServer server = serverOf(log).start();
        ChaosProxy proxy = ChaosProxy.inFrontOf(server.port())) {
      streamOf(proxy.uri("/ticks"))
          .withStaleAfter(ofMillis(400))
          .withObserver(observer)
          .subscribe(recorder.listener());
      recorder.assertEvents(events(1, 3));

      CountDownLatch isStale = new CountDownLatch(1);
      observer.onCall(
          line -> {
            if (line.startsWith("disconnected") && line.contains("STALE")) {
              isStale.countDown();
            }
          });
      proxy.freeze();
      assertTrue(isStale.await(20, TimeUnit.SECONDS), "never stale");
      proxy.thaw();
      append(log, 4, 5);

      recorder.assertEvents(events(4, 5));
      recorder.close();
    }
  }

  @Test
  void lateBytesOfAnOlderConnectionAreNotDelivered() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 3);
    CountDownLatch isStale = new CountDownLatch(1);
    RecordingObserver observer =
        RecordingObserver.create()
            .onCall(
                line -> {
                  if (line.startsWith("disconnected") && line.contains("STALE")) {
                    isStale.countDown();
                  }
                });
    try (FakeStreamServer server = serverOf(log).start();
        ChaosProxy proxy = ChaosProxy.inFrontOf(server.port())) {
      streamOf(proxy.uri("/ticks"))
          .withStaleAfter(ofMillis(400))
          .withDedupe(DedupeWindow.none())
          .withObserver(observer)
          .subscribe(recorder.listener());
      recorder.assertEvents(events(1, 3));

      proxy.freeze();
      append(log, 4, 5); // Under way on the old connection when the next one is made.
      assertTrue(isStale.await(20, TimeUnit.SECONDS), "never stale");
      proxy.thaw();

      recorder.assertEvents(events(4, 5));
      append(log, 6, 6);
      recorder.assertEvents(events(6, 6));
      recorder.close();
      recorder.assertExhausted();
    }
  }

  @Test
  void heartbeatsKeepAConnectionThatBringsNothing() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 1);
    try (FakeStreamServer server = serverOf(log).heartbeatEvery(ofMillis(20)).start()) {
      // Two seconds' worth.
      awaitHeartbeats(100, streamOf(server.uri("/ticks")).withStaleAfter(ofSeconds(1)));
      assertEquals(1, server.requests().size());
    }
  }

  /** Follows a stream until so many heartbeats have come. */
  private static void awaitHeartbeats(int count, EventStream<String> stream)
      throws InterruptedException {
    CountDownLatch heartbeats = new CountDownLatch(count);
    RecordingObserver observer =
        RecordingObserver.create()
            .onCall(
                line -> {
                  if (line.startsWith("heartbeat")) {
                    heartbeats.countDown();
                  }
                });
    try (StreamSubscription subscription = stream.withObserver(observer).subscribe(event -> {})) {
      assertTrue(heartbeats.await(20, TimeUnit.SECONDS), () -> "too few: " + heartbeats);
      assertNull(subscription.nextAttemptIn());
    }
  }

  @Test
  void consumerThatAsksForNothingLosesNothingAndKeepsItsConnection() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 200);
    EventRecorder<String> paused = EventRecorder.<String>requesting(10).waitingAtMost(PATIENCE);
    try (FakeStreamServer server = serverOf(log).heartbeatEvery(ofMillis(10)).start()) {
      streamOf(server.uri("/ticks")).withStaleAfter(ofMillis(500)).subscribe(paused.subscriber());
      paused.assertEvents(events(1, 10));
      server.takeRequest(PATIENCE);
      // Twice what would be stale if anyone were reading, by the clock of another subscription.
      awaitHeartbeats(100, streamOf(server.uri("/clock")));
      server.takeRequest(PATIENCE);

      paused.request(Long.MAX_VALUE);

      paused.assertEvents(events(11, 200));
      assertEquals(2, server.requests().size());
      paused.close();
    }
  }

  @Test
  void whatAnOverflowDropsIsTold() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 100);
    CountDownLatch drops = new CountDownLatch(90);
    RecordingObserver observer = RecordingObserver.create();
    observer.onCall(
        line -> {
          if (line.startsWith("dropped")) {
            drops.countDown();
          }
        });
    EventRecorder<String> slow = EventRecorder.<String>requesting(0).waitingAtMost(PATIENCE);
    try (FakeStreamServer server = serverOf(log).start()) {
      org.reactivestreams.Publisher<dev.perennial.Signal<String>> signals =
          streamOf(server.uri("/ticks"))
              .withOverflow(Overflow.dropOldest(10))
              .withObserver(observer)
              .signals();
      signals.subscribe(slow.signalSubscriber());
      assertTrue(drops.await(20, TimeUnit.SECONDS), "not all were read");

      slow.request(Long.MAX_VALUE);

      Gap gap = slow.takeGap();
      assertEquals(Gap.Reason.OVERFLOW, gap.reason());
      assertEquals(90, gap.missed());
      slow.assertEvents(events(91, 100));
      slow.close();
    }
  }

  // ---- Close ----

  @Test
  void closeLeavesNoConnection() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 3);
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(server.uri("/ticks")).subscribe(recorder.listener());
      recorder.assertEvents(events(1, 3));

      recorder.close();

      Eventually.holds("no connection is left", () -> server.liveConnections() == 0);
      recorder.assertExhausted();
    }
  }

  // ---- Limits and malformed events ----

  @Test
  void eventAboveTheLimitIsMetThreeTimesAndThenTerminal() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 1);
    log.append("x".repeat(2_000));
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(clientOf(server.uri("/ticks").toString()).maxEventBytes(1_000))
          .withRetry(QUICK)
          .subscribe(recorder.listener());
      recorder.assertEvents(events(1, 1));

      StreamException failure = recorder.takeFailure();

      assertEquals(Reason.POISON, failure.reason());
      assertTrue(failure.getMessage().contains("1000"), failure::getMessage);
      assertEquals(3, server.requests().size());
    }
  }

  // ---- The HTTP answer ----

  @ParameterizedTest
  @CsvSource({"400, HTTP_STATUS", "403, HTTP_STATUS", "404, HTTP_STATUS", "501, HTTP_STATUS"})
  void answerThatLooksLikeAMistakeIsTerminalAtFirst(int status, Reason reason) throws Exception {
    try (FakeStreamServer server = serverOf(FakeEventLog.create()).start()) {
      server.answerNext(status, List.of("Content-Type: text/plain"), "no such stream");
      streamOf(server.uri("/ticks")).subscribe(recorder.listener());

      StreamException failure = recorder.takeFailure();

      assertEquals(reason, failure.reason());
      assertEquals(status, failure.code());
      assertTrue(failure.getMessage().contains("no such stream"), failure::getMessage);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void answerThatMayPassIsTriedAgain(int status) throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 1);
    try (FakeStreamServer server = serverOf(log).start()) {
      server.answerNext(status, List.of("Retry-After: 0"), "");
      streamOf(server.uri("/ticks")).subscribe(recorder.listener());
      recorder.assertEvents(events(1, 1));
      assertEquals(2, server.requests().size());
      recorder.close();
    }
  }

  @Test
  void noContentCompletes() throws Exception {
    try (FakeStreamServer server = serverOf(FakeEventLog.create()).start()) {
      server.answerNext(204, NO_HEADERS, "");
      streamOf(server.uri("/ticks")).subscribe(recorder.listener());
      recorder.assertCompleted();
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void refusedCredentialIsReplacedAtOnce() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 1);
    AtomicInteger asked = new AtomicInteger();
    try (FakeStreamServer server = serverOf(log).start()) {
      server.answerNext(401, NO_HEADERS, "");
      streamOf(
              clientOf(server.uri("/ticks").toString())
                  .credentials(() -> "Bearer token-" + asked.incrementAndGet()))
          .withRetry(QUICK)
          .subscribe(recorder.listener());
      recorder.assertEvents(events(1, 1));
      assertEquals("Bearer token-1", authorization(server.takeRequest(PATIENCE)));
      assertEquals("Bearer token-2", authorization(server.takeRequest(PATIENCE)));
      recorder.close();
    }
  }

  private static @Nullable String authorization(ServedRequest served) {
    return served.request().header("Authorization");
  }

  @Test
  void redirectToAnotherOriginTakesTheCursorAndNoSecret() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 8);
    try (FakeStreamServer there = serverOf(log).start();
        FakeStreamServer here = serverOf(FakeEventLog.create()).start()) {
      here.answerNext(307, List.of("Location: " + there.uri("/moved")), "");
      streamOf(
              clientOf(here.uri("/ticks").toString())
                  .header("X-Api-Key", "s3cret")
                  .credentials(() -> "Bearer s3cret"))
          .withRetry(QUICK)
          .withCursor("5")
          .subscribe(recorder.listener());
      recorder.assertEvents(events(6, 8));

      ServedRequest first = here.takeRequest(PATIENCE);
      assertEquals("Bearer s3cret", authorization(first));
      ServedRequest second = there.takeRequest(PATIENCE);
      assertEquals("5", second.cursor());
      assertNull(authorization(second));
      assertNull(second.request().header("X-Api-Key"));
      recorder.close();
    }
  }

  // ---- The caller's client ----

  @Test
  void itsEventListenerSeesEachConnection() throws Exception {
    CallLog calls = new CallLog();
    reconnectsOnce(new OkHttpClient.Builder().eventListener(calls).build());

    calls.assertTwoCalls();
  }

  @Test
  void itsFactoryOfEventListenersIsAskedForEachConnection() throws Exception {
    List<CallLog> made = new CopyOnWriteArrayList<>();
    EventListener.Factory factory =
        call -> {
          CallLog log = new CallLog();
          made.add(log);
          return log;
        };
    reconnectsOnce(new OkHttpClient.Builder().eventListenerFactory(factory).build());

    assertEquals(2, made.size());
    made.forEach(log -> assertEquals(1, log.starts.get()));
    made.forEach(log -> assertEquals(1, log.answers.get()));
  }

  private void reconnectsOnce(OkHttpClient client) throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 1);
    try (FakeStreamServer server = serverOf(log).start()) {
      String url = server.uri("/ticks").toString();
      streamOf(clientOf(url).client(client)).withRetry(QUICK).subscribe(recorder.listener());
      recorder.assertEvents("event 1");

      server.cutAll(Cut.RST);
      append(log, 2, 2);

      recorder.assertEvents("event 2");
      StreamSubscription subscription = recorder.subscription();
      subscription.close();
      assertTrue(subscription.awaitClosed(PATIENCE));
    }
  }

  /** What an event listener of OkHttp is told. */
  private static final class CallLog extends EventListener {
    final AtomicInteger starts = new AtomicInteger();
    final AtomicInteger answers = new AtomicInteger();
    final AtomicInteger ends = new AtomicInteger();

    void assertTwoCalls() {
      assertEquals(2, starts.get());
      assertEquals(2, answers.get());
      Eventually.holds("both calls had ended", () -> ends.get() == 2);
    }

    @Override
    public void callStart(Call call) {
      starts.incrementAndGet();
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
      answers.incrementAndGet();
    }

    @Override
    public void callEnd(Call call) {
      ends.incrementAndGet();
    }

    @Override
    public void callFailed(Call call, IOException failure) {
      ends.incrementAndGet();
    }
  }

  // ---- Everything at once ----

  @Test
  void eventsThatAreCutEverywhereArriveOnceAndInOrder() throws IOException {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 2_000);
    try (FakeStreamServer server = serverOf(log).overlap(7).start();
        ChaosProxy proxy = ChaosProxy.inFrontOf(server.port())) {
      proxy.cutEvery(dev.perennial.testkit.Direction.TO_CLIENT, 4_001, Cut.RST);
      streamOf(proxy.uri("/ticks")).subscribe(recorder.listener());
      recorder.assertEvents(events(1, 2_000));
      recorder.close();
    }
  }
}
