package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.hangs;
import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.StreamState;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** After close() or cancel() no callback begins, whatever the subscription was doing. */
class CloseTest extends EngineTest {

  /** What a subscription does one second after its start. */
  enum Doing {
    CONNECTING(hangs()),
    READING(opens().events(1, 1)),
    READING_SOON(opens().events(1, 1).silence(ofSeconds(1)).events(2, 2)),
    WAITING(refuses(status(503, ofMinutes(1)))),
    WAITING_AFTER_PROGRESS(
        opens().events(1, 1).silence(ofSeconds(1).minusNanos(1)).cut(status(503, ofMinutes(1))));

    private final ConnectionScript script;

    Doing(ConnectionScript script) {
      this.script = script;
    }
  }

  @ParameterizedTest
  @EnumSource(Doing.class)
  void closeEndsWhateverGoesOn(Doing doing) {
    closeAt(ofSeconds(1));

    listen(stream(doing.script));

    assertQuietSince(ofSeconds(1));
  }

  @ParameterizedTest
  @EnumSource(Doing.class)
  void cancelEndsWhateverGoesOn(Doing doing) {
    closeAt(ofSeconds(1));

    subscribe(stream(doing.script));

    assertEquals(List.of("closed"), observer.lines("closed"));
    assertEquals(ofSeconds(1), time.elapsed());
  }

  @ParameterizedTest
  @EnumSource(Doing.class)
  void closeEndsWhateverGoesOnWithAQueue(Doing doing) {
    closeAt(ofSeconds(1));

    listen(stream(doing.script).withDeliveryOn(time.executor()));

    assertQuietSince(ofSeconds(1));
  }

  @ParameterizedTest
  @EnumSource(Doing.class)
  void closeIsIdempotent(Doing doing) {
    closeAt(ofSeconds(1));
    closeAt(ofSeconds(1));

    listen(stream(doing.script));
    recorder.close();

    assertQuietSince(ofSeconds(1));
  }

  @Test
  void cancelEndsAPause() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    time.at(ofHours(1), one::close);

    stream(opens().events(1, 2)).subscribe(one.subscriber());
    run();

    one.assertEvents("1");
    one.assertExhausted();
  }

  @Test
  void closeEndsAPauseWithAFullQueue() {
    List<Runnable> held = new ArrayList<>();
    closeAt(ofSeconds(1));

    listen(stream(opens().events(1, 1_000)).withDeliveryOn(held::add));
    held.forEach(Runnable::run);

    recorder.assertExhausted();
    assertEquals(0, subscription().buffered());
  }

  // ---- Within a callback ----

  @Test
  void closeWithinOnSubscribedConnectsNowhere() {
    recorder.onSubscribed(subscribed -> recorder.close());

    listen(stream());

    assertEquals(List.of("closed"), observer.lines());
    assertEquals(new StreamState.Closed(null), subscription().state());
    assertEquals(List.of(), recorder.signals());
  }

  @Test
  void cancelWithinOnSubscribeConnectsNowhere() {
    recorder.onSubscribed(subscribed -> recorder.close());

    subscribe(stream());

    assertEquals(List.of("closed"), observer.lines());
    recorder.assertExhausted();
  }

  @Test
  void closeWithinOnEventIsTheLast() {
    recorder.onEvent(event -> recorder.close());

    listen(stream(opens().events(1, 3)));

    recorder.assertEvents("1");
    assertQuietSince(ZERO);
  }

  @Test
  void cancelWithinOnNextIsTheLast() {
    recorder.onEvent(event -> recorder.close());

    subscribe(stream(opens().events(1, 3)));

    recorder.assertEvents("1");
    recorder.assertExhausted();
  }

  @Test
  void closeWithinOnEventIsTheLastWithAQueue() {
    recorder.onEvent(event -> recorder.close());

    listen(
        stream(opens().events(1, 3).silence(ofSeconds(1)).events(4, 5))
            .withDeliveryOn(time.executor()));

    recorder.assertEvents("1");
    recorder.assertExhausted();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        StreamState.Connecting.class,
        StreamState.Open.class,
        StreamState.Waiting.class,
        StreamState.Parked.class
      })
  void closeWithinOnStateIsTheLast(Class<?> state) {
    closeWithin(state);

    listen(stream(opens().events(1, 1).silence(ofSeconds(1)).cut(), opens().events(2, 2)));

    assertEquals(new StreamState.Closed(null), subscription().state());
    List<StreamState> states = recorder.states();
    assertEquals(state, states.get(states.size() - 1).getClass());
    assertEquals(List.of("closed"), observer.lines("closed"));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        StreamState.Connecting.class,
        StreamState.Open.class,
        StreamState.Waiting.class,
        StreamState.Parked.class
      })
  void closeWithinOnStateIsTheLastWithAQueue(Class<?> state) {
    closeWithin(state);

    listen(
        stream(opens().events(1, 1).silence(ofSeconds(1)).cut(), opens().events(2, 2))
            .withDeliveryOn(time.executor()));

    List<StreamState> states = recorder.states();
    assertEquals(state, states.get(states.size() - 1).getClass());
  }

  private void closeWithin(Class<?> type) {
    recorder.onState(
        state -> {
          if (type.isInstance(state)) {
            recorder.close();
          }
        });
    // A second connection is there only to be parked.
    time.at(
        ofSeconds(10),
        () -> {
          if (!(subscription().state() instanceof StreamState.Closed)) {
            subscription().park();
          }
        });
  }

  @Test
  void closeWithinConnectingOpensNothing() {
    recorder.onState(state -> recorder.close());

    listen(stream(opens()));

    assertEquals(List.of(new StreamState.Connecting(1)), recorder.states());
    assertEquals(new StreamState.Closed(null), subscription().state());
  }

  @Test
  void closeWithinOnGapIsTheLast() {
    recorder.onGap(gap -> recorder.close());

    listen(stream(opens().event(null, "a").cut(), opens().event(null, "b")));

    recorder.assertEvents("a");
    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
    recorder.assertExhausted();
  }

  @Test
  void closeWithinTheGapThatEndsTheSubscriptionIsTheLast() {
    recorder.onGap(gap -> recorder.close());

    listen(stream(opens().events(1, 1).gap("trimmed")));

    recorder.assertEvents("1");
    recorder.takeGap();
    recorder.assertExhausted();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closeWithinTheLastCallbackIsHarmless(boolean isQueued) {
    recorder.onEnd(end -> recorder.close());
    EventStream<String> stream = stream(opens().events(1, 1).declaresEnd());

    listen(isQueued ? stream.withDeliveryOn(time.executor()) : stream);

    recorder.assertEvents("1");
    recorder.assertCompleted();
    recorder.assertExhausted();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connecting",
        "opened",
        "event",
        "heartbeat",
        "disconnected",
        "retryScheduled",
        "closed"
      })
  void closeWithinAnObserverIsTheLast(String call) {
    List<Integer> before = new ArrayList<>();
    observer.onCall(
        line -> {
          if (line.startsWith(call) && before.isEmpty()) {
            before.add(recorder.signals().size());
            observer.subscription().close();
          }
        });

    listen(stream(opens().events(1, 1).heartbeat().cut(), opens().declaresEnd()));

    assertEquals(before.get(0), recorder.signals().size(), () -> "after " + recorder.signals());
    assertEquals(1, observer.lines("closed").size());
  }

  @Test
  void closeWithinTheDecoderIsTheLast() {
    Decoder<String> closing =
        payload -> {
          recorder.close();
          return payload.text();
        };
    transport = ScriptedTransport.of(time, opens().events(1, 3));
    EventStream.of(transport, closing).withRuntime(time.runtime()).subscribe(recorder.listener());

    run();

    recorder.assertExhausted();
    assertNull(subscription().cursor());
  }

  @Test
  void resubscribingWithinTheLastCallbackWorks() {
    EventRecorder<String> second = EventRecorder.create();
    EventStream<String> stream =
        stream(opens().events(1, 1).declaresEnd(), opens().events(2, 2).declaresEnd());
    recorder.onEnd(end -> stream.subscribe(second.listener()));

    listen(stream);

    recorder.assertEvents("1");
    recorder.assertCompleted();
    second.assertEvents("2");
    second.assertCompleted();
  }

  @Test
  void queueIsSilentAlthoughTheEngineHasEndedBefore() {
    List<Runnable> held = new ArrayList<>();
    time.at(ofSeconds(1), recorder::close);
    time.at(ofSeconds(2), () -> held.forEach(Runnable::run));

    listen(stream(opens().events(1, 3).declaresEnd()).withDeliveryOn(held::add));

    recorder.assertExhausted();
    assertEquals(List.of(), recorder.signals());
  }

  private void assertQuietSince(Duration sinceStart) {
    assertEquals(new StreamState.Closed(null), subscription().state());
    assertEquals(List.of("closed"), observer.lines("closed"));
    assertEquals(sinceStart, time.elapsed());
    recorder.signals(); // Fails when one came after the close.
    transport.assertExhausted();
  }
}
