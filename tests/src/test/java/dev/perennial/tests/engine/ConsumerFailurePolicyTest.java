package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.ConsumerFailurePolicy;
import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.StreamLog;
import dev.perennial.testkit.ConnectionScript;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows when a listener throws at an event. */
class ConsumerFailurePolicyTest extends EngineTest {
  private static final Duration DELAY = ofSeconds(10);
  private static final ConsumerFailurePolicy TWICE = ConsumerFailurePolicy.retry(2, DELAY);

  /** Each try at an event, and when it came in seconds since the start. */
  private final List<String> tries = new ArrayList<>();

  private final long start = time.nanoTime();

  /** Where the listener is called. */
  enum Where {
    OWN_THREADS,
    EXECUTOR
  }

  private EventStream<String> on(Where where, EventStream<String> stream) {
    return where == Where.EXECUTOR ? stream.withDeliveryOn(time.executor()) : stream;
  }

  /** Makes the recorder throw at an event, so many times. */
  private void failingAt(String id, int times) {
    int[] left = {times};
    recorder.onEvent(
        event -> {
          tries.add(event.id() + "@" + ofNanosSinceStart().toSeconds());
          if (id.equals(event.id()) && left[0]-- > 0) {
            throw new IllegalStateException("no database");
          }
        });
  }

  /**
   * Lets time pass until the last event was delivered again, which may be after the engine's end.
   */
  private void listenLong(EventStream<String> stream) {
    time.at(ofHours(3), () -> {});
    listen(stream);
  }

  private Duration ofNanosSinceStart() {
    return Duration.ofNanos(time.nanoTime() - start);
  }

  private static ConnectionScript three() {
    return opens().events(1, 3).declaresEnd();
  }

  @ParameterizedTest
  @EnumSource
  void anEventIsDeliveredAgainAfterTheDelayAndNoneOvertakesIt(Where where) {
    failingAt("2", 2);

    listenLong(on(where, stream(three())).withConsumerFailurePolicy(TWICE));

    assertEquals(List.of("1@0", "2@0", "2@10", "2@20", "3@20"), tries);
    recorder.assertEvents("1", "2", "2", "2", "3");
    recorder.assertCompleted();
    assertEquals("3", subscription().cursor());
    assertEquals(
        List.of("eventRetry 2 1 PT10S", "eventRetry 2 2 PT10S"), observer.lines("eventRetry"));
  }

  @ParameterizedTest
  @EnumSource
  void afterTheLastTryTheSubscriptionEndsAndTheCursorStaysBeforeTheEvent(Where where) {
    CursorStore store = CursorStore.inMemory();
    failingAt("2", 99);

    listenLong(on(where, stream(three())).withCursorStore(store).withConsumerFailurePolicy(TWICE));

    assertEquals(List.of("1@0", "2@0", "2@10", "2@20"), tries);
    recorder.assertEvents("1", "2", "2", "2");
    StreamException failure = recorder.takeFailure();
    assertEquals(StreamException.Reason.CONSUMER, failure.reason());
    assertEquals(
        "The consumer threw 3 times at one event: java.lang.IllegalStateException: no database",
        failure.getMessage());
    assertEquals("1", subscription().cursor());
    assertEquals("1", load(store));
  }

  private static @Nullable String load(CursorStore store) {
    try {
      return store.load();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEventIsSkippedAfterTheLastTryAndReported(Where where) {
    failingAt("2", 99);

    listenLong(on(where, stream(three())).withConsumerFailurePolicy(TWICE.thenSkip()));

    assertEquals(List.of("1@0", "2@0", "2@10", "2@20", "3@20"), tries);
    assertEquals(List.of("eventSkipped 2"), observer.lines("eventSkipped"));
    assertEquals("3", subscription().cursor());
    assertTrue(subscription().isCompleted());
  }

  @Test
  void anEventIsSkippedAtOnce() {
    failingAt("3", 1);

    listenLong(stream(three()).withConsumerFailurePolicy(ConsumerFailurePolicy.skip()));

    assertEquals(List.of("1@0", "2@0", "3@0"), tries);
    assertEquals("3", subscription().cursor());
    assertEquals(List.of("eventSkipped 3"), observer.lines("eventSkipped"));
  }

  @Test
  void whatIsNotSetEndsTheSubscription() {
    failingAt("2", 1);

    listenLong(stream(three()));

    assertEquals("1", subscription().cursor());
    assertEquals(List.of("1@0", "2@0"), tries);
  }

  @Test
  void eachEventHasItsOwnTries() {
    recorder.onEvent(
        event -> {
          tries.add(String.valueOf(event.id()));
          if (tries.lastIndexOf(event.id()) < tries.indexOf(event.id()) + 2) {
            throw new IllegalStateException("twice at each");
          }
        });

    listenLong(stream(three()).withConsumerFailurePolicy(TWICE));

    assertEquals(List.of("1", "1", "1", "2", "2", "2", "3", "3", "3"), tries);
    assertTrue(subscription().isCompleted());
  }

  @ParameterizedTest
  @EnumSource
  void aCloseDuringTheDelayEndsAtOnce(Where where) {
    failingAt("2", 99);
    closeAt(ofSeconds(3));

    listen(
        on(where, stream(opens().events(1, 3).silence(ofMinutes(5)).cut()))
            .withConsumerFailurePolicy(ConsumerFailurePolicy.retry(9, ofMinutes(10))));

    assertEquals(ofSeconds(3), ofNanosSinceStart());
    assertEquals(List.of("1@0", "2@0"), tries);
    assertEquals("1", subscription().cursor());
  }

  @Test
  void aListenerThatClosesAndThrowsIsNotCalledAgain() {
    recorder.onEvent(
        event -> {
          tries.add(String.valueOf(event.id()));
          recorder.close();
          throw new IllegalStateException("closed");
        });

    listenLong(stream(three()).withConsumerFailurePolicy(TWICE));

    assertEquals(List.of("1"), tries);
    assertNull(subscription().cursor());
  }

  @ParameterizedTest
  @EnumSource
  void theServerIsHeldBackDuringTheDelay(Where where) {
    failingAt("1", 1);
    time.at(
        ofSeconds(5),
        () -> {
          int bound = where == Where.EXECUTOR ? 256 : 1;
          assertEquals(bound, subscription().buffered());
          assertEquals(bound + 1, observer.lines("event ").size());
        });

    listenLong(
        on(where, stream(opens().events(1, 1_000).declaresEnd())).withConsumerFailurePolicy(TWICE));

    assertEquals(1_001, tries.size());
    assertTrue(subscription().isCompleted());
  }

  @Test
  void theConnectionIsReplacedDuringTheDelayAndNothingIsDeliveredTwice() {
    failingAt("2", 1);

    listenLong(
        stream(opens().events(1, 3).cut(), opens().events(2, 4).declaresEnd())
            .withDeliveryOn(time.executor())
            .withConsumerFailurePolicy(TWICE));

    assertEquals(List.of("1@0", "2@0", "2@10", "3@10", "4@10"), tries);
    assertTrue(subscription().isCompleted());
  }

  @Test
  void aFailureOfTheStreamComesAfterTheEventThatIsDeliveredAgain() {
    failingAt("2", 1);

    listenLong(
        stream(opens().events(1, 2).cut(), refuses(status(404)))
            .withRetry(RetryPolicy.fixed(ofMillis(100)).onStatus(404, RetryPolicy.Action.FAIL))
            .withConsumerFailurePolicy(TWICE));

    assertEquals(List.of("1@0", "2@0", "2@10"), tries);
    recorder.assertEvents("1", "2", "2");
    assertEquals(404, recorder.takeFailure().code());
    assertEquals("2", subscription().cursor());
  }

  @Test
  void parkingDuringTheDelayClosesTheConnectionAndTheEventComesAgain() {
    failingAt("2", 1);
    time.at(ofSeconds(2), () -> subscription().park());
    time.at(ofSeconds(30), () -> subscription().unpark());

    listenLong(
        stream(opens().events(1, 3).silence(ofMinutes(5)).cut(), opens().events(3, 4).declaresEnd())
            .withConsumerFailurePolicy(TWICE));

    assertEquals(List.of("1@0", "2@0", "2@10", "3@10", "4@30"), tries);
    assertTrue(subscription().isCompleted());
  }

  @Test
  void anErrorEndsTheSubscriptionAtOnce() {
    recorder.onEvent(
        event -> {
          tries.add(String.valueOf(event.id()));
          throw new AssertionError("a defect");
        });

    listenLong(stream(three()).withConsumerFailurePolicy(TWICE.thenSkip()));

    assertEquals(List.of("1"), tries);
    assertInstanceOf(AssertionError.class, closedFailure().getCause());
  }

  private StreamException closedFailure() {
    return ((StreamState.Closed) subscription().state()).failure();
  }

  @Test
  void aSkippedEventIsAcknowledgedWhenAcknowledgementIsManual() {
    recorder.onEvent(
        event -> {
          tries.add(String.valueOf(event.id()));
          if ("2".equals(event.id())) {
            throw new IllegalStateException("bad");
          }
          event.acknowledge();
        });

    listenLong(
        stream(three()).withManualAcknowledgement(1).withConsumerFailurePolicy(TWICE.thenSkip()));

    assertEquals(List.of("1", "2", "2", "2", "3"), tries);
    assertEquals("3", subscription().cursor());
    assertTrue(subscription().isCompleted());
  }

  @Test
  void anObserverThatThrowsAtASkipKeepsTheCursorBeforeTheEvent() {
    failingAt("2", 99);

    listenLong(
        stream(three())
            .withObserver(
                new StreamObserver() {
                  @Override
                  public void onEventSkipped(
                      StreamSubscription subscription, Event<?> event, StreamException failure) {
                    throw new IllegalStateException("the dead letter was not kept");
                  }
                })
            .withConsumerFailurePolicy(ConsumerFailurePolicy.skip()));

    assertEquals("1", subscription().cursor());
    assertTrue(closedFailure().getMessage().startsWith("The observer "));
  }

  @Test
  void aRuntimeWithoutAThreadDelaysTheEventAndDoesNotLoseIt() {
    failingAt("2", 1);
    boolean[] isBusy = {false};
    time.at(ofSeconds(1), () -> isBusy[0] = true);
    time.at(ofSeconds(14), () -> isBusy[0] = false);
    StreamRuntime runtime =
        StreamRuntime.builder()
            .timekeeper(time)
            .executor(
                task -> {
                  if (isBusy[0]) {
                    throw new RejectedExecutionException("busy");
                  }
                  time.executor().execute(task);
                })
            .helpers(time.executor())
            .build();

    listenLong(stream(three()).withRuntime(runtime).withConsumerFailurePolicy(TWICE));

    assertEquals(List.of("1@0", "2@0", "2@14", "3@14"), tries);
    assertTrue(subscription().isCompleted());
  }

  // ---- The retry policy ----

  private static RetryPolicy retrying(UnaryOperator<RetryPolicy> change) {
    return change
        .apply(RetryPolicy.fixed(ofSeconds(5)))
        .onFailure(
            failure -> failure.reason() == StreamException.Reason.CONSUMER,
            RetryPolicy.Action.RETRY);
  }

  @Test
  void aRuleOfTheRetryPolicyDeliversTheEventAgain() {
    failingAt("2", 3);
    recorder.onEnd(end -> tries.add("end@" + ofNanosSinceStart().toSeconds()));

    listenLong(stream(three()).withRetry(retrying(policy -> policy)));

    recorder.assertEvents("1", "2", "2", "2", "2", "3");
    recorder.assertCompleted();
    assertEquals(1, transport.attempts().size());
    String end = tries.get(tries.size() - 1);
    int seconds = Integer.parseInt(end.substring("end@".length()));
    assertTrue(seconds >= 15 && seconds <= 18, tries::toString); // Three times 5 s to 6 s.
  }

  @Test
  void theLimitsOfTheRetryPolicyBoundTheTries() {
    failingAt("2", 99);

    listenLong(stream(three()).withRetry(retrying(policy -> policy.withMaxAttempts(3))));

    recorder.assertEvents("1", "2", "2", "2");
    assertEquals("1", subscription().cursor());
  }

  @Test
  void theTimeLimitOfTheRetryPolicyBoundsTheTries() {
    failingAt("2", 99);

    listenLong(stream(three()).withRetry(retrying(policy -> policy.withMaxElapsed(ofSeconds(13)))));

    recorder.assertEvents("1", "2", "2", "2");
    assertEquals("1", subscription().cursor());
  }

  @Test
  void aPolicyForTheConsumerTakesThePlaceOfTheRules() {
    failingAt("2", 99);

    listenLong(
        stream(three())
            .withRetry(retrying(policy -> policy))
            .withConsumerFailurePolicy(ConsumerFailurePolicy.fail()));

    assertEquals(List.of("1@0", "2@0"), tries);
  }

  @Test
  void aRuleThatThrowsEndsTheSubscriptionWithWhatTheConsumerThrew() {
    failingAt("2", 99);

    listenLong(
        stream(three())
            .withRetry(
                RetryPolicy.fixed(DELAY)
                    .onFailure(
                        failure -> {
                          throw new ClassCastException("of the rule");
                        },
                        RetryPolicy.Action.RETRY)));

    assertInstanceOf(IllegalStateException.class, closedFailure().getCause());
  }

  // ---- Where it does not apply ----

  @Test
  void aSubscriberIsRefusedWithAPolicyThatGoesOn() {
    EventStream<String> stream = stream(three()).withConsumerFailurePolicy(TWICE);

    stream.subscribe(recorder.subscriber());

    IllegalStateException failure =
        assertInstanceOf(IllegalStateException.class, recorder.takeEnd().failure());
    assertEquals(
        "withConsumerFailurePolicy(ConsumerFailurePolicy[retry 2 times after 10 s, then fail])"
            + " cannot be combined with a subscriber: one that throws is cancelled (Reactive"
            + " Streams 2.13). Use subscribe(StreamListener)",
        failure.getMessage());
    assertEquals(
        failure.getMessage(),
        assertThrows(IllegalStateException.class, stream::signals).getMessage());
  }

  @Test
  void aReaderIsRefusedWithAPolicyThatGoesOn() {
    EventStream<String> stream = stream(three()).withConsumerFailurePolicy(TWICE);

    assertEquals(
        "withConsumerFailurePolicy(ConsumerFailurePolicy[retry 2 times after 10 s, then fail])"
            + " cannot be combined with open(): a loop that fails at an event can handle it itself."
            + " Use subscribe(StreamListener), or catch the exception in the loop",
        assertThrows(IllegalStateException.class, stream::open).getMessage());
  }

  @Test
  void aSubscriberThatThrowsIsCancelledWhateverTheRetryPolicySays() {
    failingAt("2", 99);

    subscribe(stream(three()).withRetry(retrying(policy -> policy)));

    assertEquals(List.of("1@0", "2@0"), tries);
    assertEquals("1", observer.subscription().cursor());
  }

  @Test
  void whatMakesNoSenseIsRefusedWhereItIsSet() {
    assertThrows(IllegalArgumentException.class, () -> ConsumerFailurePolicy.retry(0, DELAY));
    assertThrows(
        IllegalArgumentException.class, () -> ConsumerFailurePolicy.retry(1, Duration.ZERO));
    assertSame(ConsumerFailurePolicy.fail(), ConsumerFailurePolicy.fail());
  }

  // ---- The log ----

  @Test
  void theLogWarnsOnceAndNotPerTry() {
    List<String> lines = new ArrayList<>();
    failingAt("2", 2);

    listenLong(
        stream(three())
            .withRuntime(logging(lines))
            .withConsumerFailurePolicy(ConsumerFailurePolicy.retry(9, ofMinutes(5))));

    assertEquals(1, lines.size(), lines::toString);
    assertTrue(
        lines
            .get(0)
            .endsWith(
                ": the event 2 is delivered again in 5 min: CONSUMER: The consumer threw:"
                    + " java.lang.IllegalStateException: no database"),
        lines::toString);
  }

  @Test
  void aConsumerThatFailsAtEachEventHasOneWarningAMinute() {
    List<String> lines = new ArrayList<>();
    recorder.onEvent(
        event -> {
          throw new IllegalStateException("always");
        });

    listenLong(
        stream(opens().events(1, 500).silence(ofSeconds(61)).events(501, 900).declaresEnd())
            .withRuntime(logging(lines))
            .withConsumerFailurePolicy(ConsumerFailurePolicy.skip()));

    assertEquals(2, lines.size(), lines::toString);
    assertEquals(900, observer.lines("eventSkipped").size());
  }

  private StreamRuntime logging(List<String> lines) {
    StreamLog log =
        new StreamLog() {
          @Override
          public boolean isLogged(Level level) {
            return level.compareTo(Level.WARN) >= 0;
          }

          @Override
          public void log(Level level, String message, @Nullable Throwable failure) {
            lines.add(message);
          }
        };
    return StreamRuntime.builder()
        .timekeeper(time)
        .executor(time.executor())
        .helpers(time.executor())
        .random(new Random(1))
        .log(log)
        .build();
  }
}
