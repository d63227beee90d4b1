package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.hangs;
import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.RetryPolicy;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.testkit.ConnectionScript;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The user presses "Reconnect". */
class ReconnectNowTest extends EngineTest {
  private static final RetryPolicy EVERY_TEN_MINUTES = RetryPolicy.fixed(ofMinutes(10));

  private void reconnectAt(Duration sinceStart) {
    time.at(sinceStart, () -> subscription().reconnectNow());
  }

  private static ConnectionScript refused() {
    return refuses(new ConnectException("refused"));
  }

  @Test
  void openConnectionIsReplacedAtOnceAndResumed() {
    reconnectAt(ofMillis(1));

    listen(
        stream(opens().events(1, 2).silence(ofMinutes(1)), opens().events(3, 3).declaresEnd())
            .withRetry(EVERY_TEN_MINUTES));

    recorder.assertEvents("1", "2", "3");
    assertEquals(List.of(ofMillis(1)), transport.intervals());
    assertEquals("2", transport.cursors().get(1));
    assertEquals(List.of("disconnected ENDED"), observer.lines("disconnected").subList(0, 1));
  }

  @Test
  void replacedConnectionNeedNotHaveBroughtAnything() {
    reconnectAt(ofMillis(1));

    listen(
        stream(opens().silence(ofMinutes(1)), opens().declaresEnd())
            .withRetry(RetryPolicy.never()));

    assertEquals(List.of(ofMillis(1)), transport.intervals());
  }

  @Test
  void waitEndsAtOnce() {
    reconnectAt(ofSeconds(5));

    listen(stream(refused(), opens().declaresEnd()).withRetry(EVERY_TEN_MINUTES));

    assertEquals(List.of(ofSeconds(5)), transport.intervals());
  }

  @Test
  void waitLastsAsLongAsTheServerAskedFor() {
    reconnectAt(ofSeconds(5));

    listen(
        stream(refuses(status(503, ofMinutes(1))), opens().declaresEnd())
            .withRetry(EVERY_TEN_MINUTES));

    Duration second = transport.intervals().get(0);
    assertTrue(second.compareTo(ofMinutes(1)) >= 0, second::toString);
  }

  @Test
  void attemptUnderWayGoesOn() {
    reconnectAt(ofSeconds(5));

    listen(stream(hangs(), opens().declaresEnd()).withRetry(EVERY_TEN_MINUTES));

    // The attempt took its whole time, and the wait after it was left out.
    assertEquals(List.of(ofSeconds(30)), transport.intervals());
  }

  @Test
  void eachReplacementTakesItsSlotOfTheHost() {
    for (int i = 1; i <= 10; i++) {
      reconnectAt(ofMillis(i));
    }
    closeAt(ofSeconds(3));

    ConnectionScript[] scripts =
        IntStream.range(0, 10)
            .mapToObj(i -> opens().silence(ofMinutes(1)))
            .toArray(ConnectionScript[]::new);
    listen(
        stream(scripts)
            .withRuntime(
                StreamRuntime.builder()
                    .timekeeper(time)
                    .executor(time.executor())
                    .helpers(time.executor())
                    .random(new Random(time.seed()))
                    .attemptsPerHost(2, 1)
                    .build()));

    // The burst is two.
    assertEquals(
        List.of(ofMillis(1), ofMillis(1), ofSeconds(1).minusMillis(1)), transport.intervals());
  }

  @Test
  void parkedSubscriptionStaysParked() {
    time.at(ofMinutes(1), () -> subscription().park());
    reconnectAt(ofMinutes(2));
    time.at(
        ofMinutes(3),
        () -> assertEquals(StreamState.Parked.class, subscription().state().getClass()));
    time.at(ofMinutes(4), () -> subscription().unpark());

    listen(stream(opens().silence(ofMinutes(4)), opens().declaresEnd()));

    assertEquals(List.of(ofMinutes(4)), transport.intervals());
  }

  @Test
  void afterTheEndNothingHappens() {
    listen(stream(opens().declaresEnd()));

    subscription().reconnectNow();
    time.run();

    assertEquals(1, transport.attempts().size());
    recorder.assertCompleted();
  }
}
