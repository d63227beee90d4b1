package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.opensAfter;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.RecordingObserver;
import dev.perennial.testkit.ScriptedTransport;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The running subscription explains itself: every change once, in a legal order. */
class StatesTest extends EngineTest {

  @Test
  void observerSeesEverythingInOrder() {
    listen(
        stream(
            refuses(new ConnectException("refused")),
            opensAfter(ofSeconds(2)).events(1, 1).heartbeat().cut(),
            opens().events(1, 2).declaresEnd()));

    assertEquals(
        List.of(
            "connecting 1",
            "disconnected CONNECT",
            "retryScheduled 2 " + observer.delays().get(0),
            "connecting 2",
            "opened PT2S",
            "event 1",
            "heartbeat",
            "disconnected RESET",
            "retryScheduled 3 " + observer.delays().get(1),
            "connecting 3",
            "opened PT0S",
            "duplicate 1",
            "event 2",
            "disconnected ENDED",
            "closed"),
        observer.lines());
  }

  @Test
  void observersOfRuntimeAndStreamAreBothCalled() {
    RecordingObserver first = RecordingObserver.create();
    StreamRuntime runtime =
        StreamRuntime.builder().timekeeper(time).executor(time.executor()).observer(first).build();

    listen(stream(opens().event(null, "a").heartbeat().declaresEnd()).withRuntime(runtime));

    assertEquals(observer.lines(), first.lines());
    assertEquals(
        List.of(
            "connecting 1",
            "opened PT0S",
            "event null",
            "heartbeat",
            "disconnected ENDED",
            "closed"),
        first.lines());
  }

  @Test
  void bytesAreReportedAsTheyCome() {
    listen(
        stream(
            opens()
                .silence(ofSeconds(1))
                .event("1", "four")
                .silence(ofSeconds(1))
                .heartbeat()
                .declaresEnd()));

    assertEquals(7, observer.bytes());
  }

  @Test
  void stateIsThereBeforeTheEngineRuns() {
    stream(opens().declaresEnd()).subscribe(recorder.listener());

    StreamSubscription subscription = subscription();
    assertEquals(new StreamState.Connecting(1), subscription.state());
    assertEquals(0, subscription.connection());
    assertNull(subscription.cursor());
    assertNull(subscription.lastByteAge());
    assertNull(subscription.nextAttemptIn());
    assertEquals(0, subscription.buffered());
    run();
  }

  @Test
  void stateIsTheOneReportedLast() {
    recorder.onState(state -> assertEquals(state, subscription().state()));

    listen(
        stream(
            refuses(status(503)), opens().events(1, 1).ends(), opens().events(2, 2).declaresEnd()));

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
  }

  @Test
  void stateAfterTheEndSaysWhy() {
    listen(stream(refuses(status(400))));

    StreamState.Closed closed = assertInstanceOf(StreamState.Closed.class, subscription().state());
    assertEquals(Reason.HTTP_STATUS, closed.failure().reason());
    assertNull(subscription().lastByteAge());
    assertNull(subscription().nextAttemptIn());
  }

  @Test
  void ageOfTheLastEventOutlivesItsConnection() {
    time.at(ofSeconds(1), () -> assertNull(subscription().lastEventAge()));
    time.at(ofSeconds(10), () -> assertEquals(ofSeconds(5), subscription().lastEventAge()));
    time.at(ofMinutes(2), () -> assertEquals(ofSeconds(115), subscription().lastEventAge()));
    closeAt(ofMinutes(3));

    listen(
        stream(
                opens().silence(ofSeconds(5)).events(1, 1).silence(ofSeconds(20)).heartbeat().cut(),
                opens())
            .withStaleAfter(ofMinutes(10)));
  }

  @Test
  void connectionsAreNumberedWithoutAHole() {
    closeAt(ofMinutes(10));

    listen(
        stream(
            ScriptedTransport.endless(
                time, a -> a.connection() % 3 == 0 ? refuses(status(500)) : opens().cut())));

    List<Long> numbers =
        transport.attempts().stream().map(attempt -> attempt.connection()).toList();
    for (int i = 0; i < numbers.size(); i++) {
      assertEquals(i + 1, numbers.get(i));
    }
    assertEquals(numbers.size(), subscription().connection());
  }

  @Test
  void orderOfStatesIsLegalWhateverHappens() {
    for (int run = 0; run < 50; run++) {
      StatesTest one = new StatesTest();
      Random random = new Random(one.time.seed());
      for (int i = 1; i <= 50; i++) {
        one.time.at(ofSeconds(7 * i), () -> one.disturb(random));
      }
      one.time.at(ofSeconds(7 * 51), () -> one.subscription().unpark());
      one.closeAt(ofMinutes(10));
      one.listen(one.stream(ScriptedTransport.endless(one.time, a -> anyScript(random))));
      one.assertLegal();
    }
  }

  private void disturb(Random random) {
    switch (random.nextInt(3)) {
      case 0 -> subscription().park();
      case 1 -> subscription().unpark();
      default -> subscription().wake();
    }
  }

  private static ConnectionScript anyScript(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> refuses(status(503));
      case 1 -> ConnectionScript.hangs();
      case 2 -> opens().event(null, "e").ends();
      case 3 -> opens().silence(ofSeconds(random.nextInt(20))).event(null, "e").cut();
      case 4 -> opensAfter(ofSeconds(random.nextInt(20))).cut();
      default -> opens();
    };
  }

  private void assertLegal() {
    List<StreamState> states = new ArrayList<>(recorder.states());
    for (int i = 1; i < states.size(); i++) {
      StreamState before = states.get(i - 1);
      StreamState after = states.get(i);
      assertTrue(isLegal(before, after), () -> before + " then " + after + " in " + time);
    }
  }

  private static boolean isLegal(StreamState before, StreamState after) {
    if (before instanceof StreamState.Connecting) {
      return true; // Connecting again, too: after a park that was over at once.
    } else if (before instanceof StreamState.Open) {
      return !(after instanceof StreamState.Open);
    } else if (before instanceof StreamState.Waiting) {
      return after instanceof StreamState.Connecting
          || after instanceof StreamState.Parked
          || after instanceof StreamState.Waiting;
    } else if (before instanceof StreamState.Parked) {
      return after instanceof StreamState.Connecting || after instanceof StreamState.Waiting;
    }
    return false;
  }
}
