package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.net.ConnectException;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A deploy, a captive portal: what may settle by itself has 15 minutes for it. */
class SettlingTest extends EngineTest {
  private static final Duration LIMIT = ofMinutes(15);

  private Duration endedAfter = Duration.ZERO;

  @BeforeEach
  void noteTheEnd() {
    recorder.onEnd(end -> endedAfter = time.elapsed());
  }

  @Test
  void endsAfterFifteenMinutesInARow() {
    listen(stream(fromThenOn(opens().events(1, 1).cut(), refuses(status(404)))));

    recorder.assertEvents("1");
    assertEquals(404, recorder.takeFailure().code());
    // The failure that is met at the limit or after it is the last one.
    assertTrue(endedAfter.compareTo(LIMIT) >= 0, endedAfter::toString);
    assertTrue(endedAfter.compareTo(LIMIT.plusSeconds(31)) < 0, endedAfter::toString);
  }

  @Test
  void anOpenStartsTheFifteenMinutesAgain() {
    listen(
        stream(
            playing(
                opens().events(1, 1).cut(),
                elapsed -> elapsed.toMinutes() % 10 == 0 ? opens().cut() : refuses(status(404)))));

    recorder.assertEvents("1");
    recorder.assertExhausted();
    assertEquals(ofHours(2), time.elapsed());
  }

  @Test
  void anotherFailureBreaksTheRow() {
    // Ten minutes of 404, then the server is down for ten, then the route is not ready yet.
    listen(
        stream(
            playing(
                opens().events(1, 1).cut(),
                elapsed ->
                    elapsed.toMinutes() % 20 < 10
                        ? refuses(status(404))
                        : refuses(new ConnectException("refused")))));

    recorder.assertEvents("1");
    recorder.assertExhausted();
  }

  @Test
  void ofTwoKindsItIsOneRow() {
    listen(
        stream(
            playing(
                opens().events(1, 1).cut(),
                elapsed ->
                    elapsed.toMinutes() % 2 == 0
                        ? refuses(status(404))
                        : refuses(failure(Reason.CERTIFICATE)))));

    recorder.assertEvents("1");
    recorder.takeFailure();
    assertTrue(endedAfter.compareTo(LIMIT.plusSeconds(31)) < 0, endedAfter::toString);
  }

  @Test
  void streamThatWasOpenBeforeAParkIsRetried() {
    time.at(ofSeconds(10), () -> subscription().park());
    time.at(ofSeconds(20), () -> subscription().unpark());

    listen(stream(opens().events(1, 1), refuses(status(404)), opens().events(2, 2).declaresEnd()));

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
  }

  @Test
  void aStreamThatWasOpenBeforeItWasParkedNeedNotFailFast() {
    time.at(ofSeconds(10), () -> subscription().park());
    time.at(ofSeconds(20), () -> subscription().unpark());

    listen(
        stream(opens().events(1, 1), refuses(status(503)), opens().events(2, 2).declaresEnd())
            .failFast());

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
  }

  private ScriptedTransport fromThenOn(ConnectionScript first, ConnectionScript then) {
    return ScriptedTransport.endless(time, attempt -> attempt.connection() == 1 ? first : then);
  }

  /** For two hours, after which the recorder closes. */
  private ScriptedTransport playing(
      ConnectionScript first, Function<Duration, ConnectionScript> then) {
    closeAt(ofHours(2));
    return ScriptedTransport.endless(
        time, attempt -> attempt.connection() == 1 ? first : then.apply(time.elapsed()));
  }
}
