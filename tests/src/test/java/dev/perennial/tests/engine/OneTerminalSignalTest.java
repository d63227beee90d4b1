package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamObserver;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is thrown at the engine, the subscription ends once, with its cause. */
class OneTerminalSignalTest extends EngineTest {

  static Stream<Throwable> anything() {
    return Stream.of(
        new IllegalStateException("defect"),
        new AssertionError("defect"),
        new StackOverflowError(),
        new OutOfMemoryError("pretended"));
  }

  // ---- The consumer ----

  @ParameterizedTest
  @MethodSource("anything")
  void listenerThatThrowsGetsTheFailure(Throwable defect) {
    recorder.onEvent(event -> sneak(defect));

    listen(stream(opens().events(1, 3)));

    recorder.assertEvents("1");
    assertConsumerFailure(defect);
  }

  @ParameterizedTest
  @MethodSource("anything")
  void subscriberThatThrowsIsCancelledWithoutASignal(Throwable defect) {
    recorder.onEvent(event -> sneak(defect)); // Reactive Streams 2.13.

    subscribe(stream(opens().events(1, 3)));

    recorder.assertEvents("1");
    recorder.assertExhausted();
    StreamState.Closed closed =
        assertInstanceOf(StreamState.Closed.class, observer.subscription().state());
    assertEquals(Reason.CONSUMER, closed.failure().reason());
    assertSame(defect, closed.failure().getCause());
    assertEquals(List.of("closed CONSUMER"), observer.lines("closed"));
  }

  @Test
  void subscriberThatThrowsInOnSubscribeIsCancelled() {
    IllegalStateException defect = new IllegalStateException("defect");
    recorder.onSubscribed(subscribed -> sneak(defect));

    subscribe(stream());

    recorder.assertExhausted();
    assertEquals(List.of("closed CONSUMER"), observer.lines());
  }

  @Test
  void listenerThatThrowsInOnSubscribedGetsTheFailure() {
    IllegalStateException defect = new IllegalStateException("defect");
    recorder.onSubscribed(subscribed -> sneak(defect));

    listen(stream());

    assertConsumerFailure(defect);
  }

  @Test
  void listenerThatThrowsForAStateGetsTheFailure() {
    IllegalStateException defect = new IllegalStateException("defect");
    recorder.onState(
        state -> {
          if (state instanceof StreamState.Open) {
            throw defect;
          }
        });

    listen(stream(opens().events(1, 3)));

    assertConsumerFailure(defect);
  }

  @Test
  void listenerThatThrowsForAGapGetsTheFailure() {
    IllegalStateException defect = new IllegalStateException("defect");
    recorder.onGap(
        gap -> {
          throw defect;
        });

    listen(stream(opens().event(null, "a").cut(), opens().event(null, "b")));

    recorder.assertEvents("a");
    recorder.takeGap();
    assertConsumerFailure(defect);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void exceptionOfTheLastCallGoesToTheThreadsHandler(boolean isHandlerBroken) {
    IllegalStateException defect = new IllegalStateException("defect");
    List<Throwable> handled = new ArrayList<>();
    recorder.onEnd(end -> sneak(defect));

    withUncaughtExceptionHandler(
        (thread, thrown) -> {
          handled.add(thrown);
          if (isHandlerBroken) {
            throw new IllegalStateException("the handler is broken, too");
          }
        },
        () -> {
          listen(stream(opens().declaresEnd()));
          assertTrue(awaitClosed());
        });

    assertEquals(List.of(defect), handled);
    recorder.assertCompleted();
  }

  // ---- The observer ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connecting",
        "opened",
        "event 1",
        "heartbeat",
        "duplicate 1",
        "idsNotUnique 2",
        "gap",
        "disconnected",
        "retryScheduled"
      })
  void observerThatThrowsEndsTheSubscription(String call) {
    IllegalStateException defect = new IllegalStateException("defect");
    observer.onCall(
        line -> {
          if (line.startsWith(call)) {
            throw defect;
          }
        });

    subscribe(
        stream(
            opens().heartbeat().events(1, 2).cut(),
            opens().events(1, 3).event("2", "2").checkpoint("").cut(),
            opens().declaresEnd()));

    List<Object> signals = recorder.signals();
    Object end = signals.get(signals.size() - 1);
    Throwable failure = assertInstanceOf(EventRecorder.End.class, end).failure();
    assertSame(defect, failure.getCause());
    assertEquals(Reason.CONSUMER, ((StreamException) failure).reason());
    assertEquals(List.of("closed CONSUMER"), observer.lines("closed"));
  }

  @Test
  void observerThatThrowsAtTheEndEndsNothing() {
    IllegalStateException defect = new IllegalStateException("defect");
    List<Throwable> handled = new ArrayList<>();
    observer.onCall(
        line -> {
          if (line.startsWith("closed")) {
            throw defect;
          }
        });

    withUncaughtExceptionHandler(
        (thread, thrown) -> handled.add(thrown), () -> listen(stream(opens().declaresEnd())));

    recorder.assertCompleted();
    assertEquals(List.of(defect), handled);
  }

  @Test
  void observerThatThrowsAtTheEndDoesNotStopTheOthers() {
    IllegalStateException defect = new IllegalStateException("defect");
    List<Throwable> handled = new ArrayList<>();
    StreamObserver runtimes =
        new StreamObserver() {
          @Override
          public void onClosed(StreamSubscription subscription, @Nullable StreamException failure) {
            throw defect;
          }
        };
    StreamRuntime runtime =
        StreamRuntime.builder()
            .timekeeper(time)
            .executor(time.executor())
            .observer(runtimes)
            .build();

    withUncaughtExceptionHandler(
        (thread, thrown) -> handled.add(thrown),
        () -> listen(stream(opens().declaresEnd()).withRuntime(runtime)));

    recorder.assertCompleted();
    assertEquals(List.of("closed"), observer.lines("closed"));
    assertEquals(List.of(defect), handled);
  }

  // ---- The decoder ----

  @Test
  void decoderThatRunsOutOfMemoryEndsTheSubscription() {
    OutOfMemoryError defect = new OutOfMemoryError("no heap");
    Decoder<String> defective =
        payload -> {
          throw defect;
        };
    transport = ScriptedTransport.of(time, opens().events(1, 1));

    listen(EventStream.of(transport, defective).withRuntime(time.runtime()));

    assertInternal(defect);
  }

  // ---- The transport ----

  @ParameterizedTest
  @MethodSource("anything")
  void transportThatThrowsInNewConnectionEndsTheSubscription(Throwable defect) {
    listen(
        over(
            attempt -> {
              sneak(defect);
              throw new IllegalStateException("not reached");
            }));

    assertInternal(defect);
  }

  @ParameterizedTest
  @MethodSource("anything")
  void transportThatThrowsInOpenEndsTheSubscription(Throwable defect) {
    listen(stream(refuses(defect)));

    assertInternal(defect);
  }

  @ParameterizedTest
  @MethodSource("anything")
  void transportThatThrowsInReadEndsTheSubscription(Throwable defect) {
    listen(stream(opens().events(1, 1).cut(defect)));

    recorder.assertEvents("1");
    assertInternal(defect);
  }

  @Test
  void transportThatThrowsInReadEndsTheSubscriptionAfterTheQueue() {
    IllegalStateException defect = new IllegalStateException("defect");

    listen(stream(opens().events(1, 2).cut(defect)).withDeliveryOn(time.executor()));

    recorder.assertEvents("1", "2");
    assertInternal(defect);
  }

  // ---- Requests ----

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void requestThatIsNotPositiveIsAnError(long count) {
    recorder.onEvent(event -> recorder.request(count));

    subscribe(stream(opens().events(1, 3)));

    recorder.assertEvents("1");
    Throwable failure = recorder.takeEnd().failure();
    assertInstanceOf(IllegalArgumentException.class, failure);
    assertEquals(
        "Reactive Streams 3.9: request must be positive but was " + count, failure.getMessage());
    recorder.assertExhausted();
    assertEquals(List.of("closed CONSUMER"), observer.lines("closed"));
  }

  private void assertConsumerFailure(Throwable cause) {
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CONSUMER, failure.reason());
    assertSame(cause, failure.getCause());
    recorder.assertExhausted();
    assertEquals(new StreamState.Closed(failure), subscription().state());
    assertEquals(List.of("closed CONSUMER"), observer.lines("closed"));
  }

  private void assertInternal(Throwable cause) {
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.INTERNAL, failure.reason());
    assertSame(cause, failure.getCause());
    recorder.assertExhausted();
    assertEquals(new StreamState.Closed(failure), subscription().state());
  }

  private boolean awaitClosed() {
    try {
      return subscription().awaitClosed(ofSeconds(0));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void withUncaughtExceptionHandler(
      Thread.UncaughtExceptionHandler handler, Runnable body) {
    Thread thread = Thread.currentThread();
    thread.setUncaughtExceptionHandler(handler);
    try {
      body.run();
    } finally {
      thread.setUncaughtExceptionHandler(null);
    }
  }

  private static void sneak(Throwable thrown) {
    if (thrown instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    throw (Error) thrown;
  }
}
