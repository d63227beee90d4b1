package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.testkit.ScriptedTransport;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The longest and the shortest durations are obeyed or refused in words, by every option. */
class DurationExtremesTest extends EngineTest {
  private static final Duration LONGEST = ofSeconds(Long.MAX_VALUE, 999_999_999);
  private static final Duration SHORTEST = ofNanos(1);

  /** An option that takes a duration. */
  private record Option(
      String name, BiFunction<EventStream<String>, Duration, EventStream<String>> apply) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Option retry(String name, BiFunction<RetryPolicy, Duration, RetryPolicy> change) {
    RetryPolicy policy = RetryPolicy.exponential(ofSeconds(1), ofSeconds(30));
    return new Option(name, (stream, duration) -> stream.withRetry(change.apply(policy, duration)));
  }

  static Stream<Option> options() {
    return Stream.of(
        new Option("attemptTimeout", EventStream::withAttemptTimeout),
        new Option("maxConnectionAge", EventStream::withMaxConnectionAge),
        new Option("staleAfter", EventStream::withStaleAfter),
        new Option("stalledAfter", EventStream::withStalledAfter),
        new Option(
            "atMostEvery",
            (stream, every) -> stream.withCursorStore(CursorStore.inMemory(), every)),
        retry("delay", (policy, delay) -> RetryPolicy.fixed(delay)),
        retry("base", (policy, base) -> RetryPolicy.exponential(base, LONGEST)),
        retry("cap", (policy, cap) -> RetryPolicy.exponential(SHORTEST, cap)),
        retry("floor", RetryPolicy::withFloor),
        retry("limit", RetryPolicy::withMaxElapsed),
        retry("limit", RetryPolicy::withServerDelayLimit));
  }

  @ParameterizedTest
  @MethodSource("options")
  void durationMustBePositive(Option option) {
    for (Duration wrong : List.of(ZERO, SHORTEST.negated(), ofSeconds(Long.MIN_VALUE))) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> option.apply.apply(stream(), wrong));
      assertEquals(option.name + " must be positive but was " + wrong, refusal.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("options")
  void longestIsAsGoodAsNoLimit(Option option) {
    time.at(ofMinutes(10), recorder::close);

    listen(
        option.apply.apply(
            stream(
                ScriptedTransport.endless(
                    time,
                    attempt -> {
                      int id = (int) attempt.connection();
                      return opens()
                          .retry(LONGEST)
                          .events(id, id)
                          .silence(ofSeconds(10))
                          .cut(status(503, LONGEST));
                    })),
            LONGEST));

    recorder.assertEvents("1");
    recorder.assertExhausted();
  }

  @ParameterizedTest
  @MethodSource("options")
  void shortestDurationDoesNotSpin(Option option) {
    time.at(ofSeconds(10), recorder::close);

    listen(
        option.apply.apply(
            stream(
                ScriptedTransport.endless(
                    time, attempt -> opens().retry(SHORTEST).silence(ofSeconds(1)).cut())),
            SHORTEST));

    int attempts = transport.attempts().size();
    assertTrue(attempts < 700, () -> attempts + " attempts in 10 s");
  }

  @Test
  void pollWaitsNotAtAllOrAsLongAsItTakes() throws InterruptedException {
    EventReader<String> reader = stream(opens().events(1, 1).declaresEnd()).open();
    assertNull(reader.poll(ZERO));
    assertNull(reader.poll(ofSeconds(Long.MIN_VALUE)));
    run();
    assertEquals("1", reader.poll(LONGEST).data());
    assertNull(reader.poll(LONGEST));
  }

  @Test
  void awaitClosedWaitsNotAtAllOrAsLongAsItTakes() throws InterruptedException {
    stream(opens().events(1, 1).declaresEnd()).subscribe(recorder.listener());
    assertFalse(subscription().awaitClosed(ZERO));
    assertFalse(subscription().awaitClosed(ofSeconds(Long.MIN_VALUE)));
    assertTrue(subscription().awaitClosed(LONGEST));
    recorder.assertEvents("1");
    recorder.assertCompleted();
  }
}
