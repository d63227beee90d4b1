package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamBuilder;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An event that cannot be decoded comes again, and three times at one cursor are enough. */
class MalformedEventTest extends EngineTest {
  private static final Decoder<String> CHECKED =
      payload -> {
        String text = payload.text();
        if (text.startsWith("bad")) {
          throw new IOException("cannot decode " + text);
        }
        return text;
      };

  @Test
  void malformedEventIsRequestedAgain() {
    listen(
        checked(
            opens().events(1, 1).event("2", "bad"), opens().event("2", "mended").declaresEnd()));

    recorder.assertEvents("1", "mended");
    recorder.assertCompleted();
    assertEquals(List.of("0", "1"), transport.cursors());
  }

  @Test
  void malformedEventDoesNotMoveTheCursor() {
    recorder.onState(state -> assertTrue(!"2".equals(subscription().cursor())));
    closeAt(ofMinutes(1));

    listen(checked(opens().events(1, 1).event("2", "bad"), opens()));

    assertEquals("1", subscription().cursor());
  }

  @Test
  void malformedEventUsesNoDemand() {
    EventRecorder<String> one = EventRecorder.requesting(1);
    one.onEvent(event -> one.request(1));

    checked(opens().event("1", "bad"), opens().event("1", "mended").declaresEnd())
        .subscribe(one.subscriber());
    run();

    one.assertEvents("mended");
    one.assertCompleted();
    one.assertExhausted();
  }

  @Test
  void sameCursorIsTriedThreeTimes() {
    listen(
        checked(
            opens().events(1, 1).event("2", "bad a"),
            opens().event("2", "bad b"),
            opens().event("2", "bad c")));

    recorder.assertEvents("1");
    StreamException poison = recorder.takeFailure();
    assertEquals(StreamException.Reason.POISON, poison.reason());
    StreamException last = assertInstanceOf(StreamException.class, poison.getCause());
    assertEquals(StreamException.Reason.MALFORMED, last.reason());
    assertInstanceOf(IOException.class, last.getCause());
    transport.assertExhausted();
  }

  @Test
  void anotherCursorResetsTheCount() {
    listen(
        checked(
            opens().event("1", "bad"),
            opens().event("1", "bad"),
            opens().event("1", "one").event("2", "bad"),
            opens().event("2", "bad"),
            opens().event("2", "two").declaresEnd()));

    recorder.assertEvents("one", "two");
    recorder.assertCompleted();
  }

  @Test
  void otherFailuresInBetweenDoNotHideAPoisonedCursor() {
    listen(
        checked(
            opens().event("1", "bad"),
            opens().cut(),
            opens().event("1", "bad"),
            opens().cut(),
            opens().event("1", "bad")));

    assertEquals(StreamException.Reason.POISON, recorder.takeFailure().reason());
  }

  // ---- Without a cursor ----

  @Test
  void withoutACursorTheSameEventIsTriedThreeTimes() {
    listen(
        withoutCursor(
            attempt -> opens().event(null, "good").silence(ofSeconds(90)).event(null, "bad")));

    assertEquals(3, transport.attempts().size());
    assertEquals(3, recorder.events().size());
    StreamException poison = takeEnd();
    assertEquals(StreamException.Reason.POISON, poison.reason());
    assertTrue(
        poison.getMessage().startsWith("A stream without a cursor met the same failure 3 times: "),
        poison::getMessage);
  }

  @Test
  void withoutACursorTheSameEventIsFoundAfterOthers() {
    listen(
        withoutCursor(
            attempt -> {
              ConnectionScript script = opens();
              for (int i = 0; i < attempt.connection(); i++) {
                script.event(null, "good " + i + " of " + attempt.connection());
              }
              return script.event(null, "bad");
            }));

    assertEquals(3, transport.attempts().size());
    assertEquals(StreamException.Reason.POISON, takeEnd().reason());
  }

  @Test
  void withoutACursorAnEventOverTheLimitIsTriedThreeTimes() {
    listen(
        withoutCursor(
            attempt -> opens().event(null, "good").cut(failure(StreamException.Reason.LIMIT))));

    assertEquals(3, transport.attempts().size());
    assertEquals(StreamException.Reason.POISON, takeEnd().reason());
  }

  @Test
  void withoutACursorDifferentDataIsAnotherEvent() {
    closeAt(ofHours(1));

    listen(
        withoutCursor(
            attempt -> opens().event(null, "good").event(null, "bad " + attempt.connection())));

    assertTrue(transport.attempts().size() > 3, time::toString);
  }

  @Test
  void withoutACursorTheSameDataLongAfterIsAnotherEvent() {
    closeAt(ofHours(6));

    listen(
        withoutCursor(
            attempt -> {
              ConnectionScript script = opens();
              for (int i = 0; i < attempt.connection(); i++) {
                script.event(null, "good");
              }
              return script.silence(ofMinutes(59)).event(null, "bad");
            }));

    assertEquals(7, transport.attempts().size());
  }

  private EventStream<String> withoutCursor(Function<Attempt, ConnectionScript> scripts) {
    transport = ScriptedTransport.endless(time, scripts::apply);
    return EventStream.of(transport, CHECKED)
        .withRuntime(time.runtime())
        .withStaleAfter(ofHours(2));
  }

  private StreamException takeEnd() {
    List<Object> signals = recorder.signals();
    Object end = signals.get(signals.size() - 1);
    return assertInstanceOf(
        StreamException.class, assertInstanceOf(EventRecorder.End.class, end).failure());
  }

  // ---- What a decoder may throw ----

  private static <E extends Throwable> RuntimeException undeclared(Throwable thrown) throws E {
    @SuppressWarnings("unchecked") // It is thrown as it is.
    E unchecked = (E) thrown;
    throw unchecked;
  }

  static List<Throwable> ofTheEvent() {
    return List.of(
        new IOException("io"),
        new IllegalStateException("runtime"),
        new Exception("undeclared"),
        new AssertionError("error"),
        new NoClassDefFoundError("a/Type"),
        new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("ofTheEvent")
  void eventThatTheDecoderThrowsForCanBeSkipped(Throwable thrown) {
    listen(
        throwing(thrown, opens().event("1", "bad").event("2", "good").declaresEnd())
            .withMalformedSkipped());

    recorder.assertEvents("good");
    recorder.assertCompleted();
    assertEquals(1, observer.lines("malformed").size());
  }

  @ParameterizedTest
  @MethodSource("ofTheEvent")
  void eventThatTheDecoderThrowsForIsTriedThreeTimes(Throwable thrown) {
    ConnectionScript bad = opens().event("1", "bad");

    listen(throwing(thrown, bad, bad, bad));

    StreamException poison = recorder.takeFailure();
    assertEquals(StreamException.Reason.POISON, poison.reason());
    assertSame(thrown, poison.getCause().getCause());
  }

  @ParameterizedTest
  @MethodSource("ofTheEvent")
  void eventThatACallersFunctionThrowsForCanBeSkipped(Throwable thrown) {
    transport = ScriptedTransport.of(time, opens().event("1", "bad").event("2", "b").declaresEnd());
    EventStream<String> stream =
        StreamBuilder.of(transport)
            .cursor(
                payload -> {
                  if (payload.text().equals("bad")) {
                    throw MalformedEventTest.<RuntimeException>undeclared(thrown);
                  }
                  return payload.id();
                })
            .stream();

    listen(stream.withRuntime(time.runtime()).withObserver(observer).withMalformedSkipped());

    recorder.assertEvents("b");
    assertEquals(1, observer.lines("malformed").size());
  }

  @Test
  void outOfMemoryIsNotBlamedOnTheEvent() {
    OutOfMemoryError trouble = new OutOfMemoryError("no heap");

    listen(
        throwing(trouble, opens().event("1", "bad").event("2", "good").declaresEnd())
            .withMalformedSkipped());

    StreamException failure = recorder.takeFailure();
    assertEquals(StreamException.Reason.INTERNAL, failure.reason());
    assertSame(trouble, failure.getCause());
  }

  private EventStream<String> throwing(Throwable thrown, ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    Decoder<String> decoder =
        payload -> {
          if (payload.text().equals("bad")) {
            throw MalformedEventTest.<RuntimeException>undeclared(thrown);
          }
          return payload.text();
        };
    return EventStream.of(transport, decoder)
        .withRuntime(time.runtime())
        .withObserver(observer)
        .withCursor("0");
  }

  @Test
  void oversizeEventIsPoisonToo() {
    ConnectionScript tooLarge = opens().cut(failure(StreamException.Reason.LIMIT));

    listen(checked(tooLarge, tooLarge, tooLarge));

    assertEquals(StreamException.Reason.POISON, recorder.takeFailure().reason());
    transport.assertExhausted();
  }

  @Test
  void malformedEventDoesNotCountAsProgress() {
    // Progress after min(10 s, base * 2^failures) would make each failure the first.
    Duration beyond = ofSeconds(20);

    listen(
        checked(
            opens().silence(beyond).event("1", "bad"),
            opens().silence(beyond).event("1", "bad"),
            opens().silence(beyond).event("1", "bad")));

    assertEquals(
        List.of("connecting 1", "connecting 2", "connecting 3"), observer.lines("connecting"));
  }

  @Test
  void malformedEventCanBeSkippedAndIsReported() {
    listen(
        checked(opens().events(1, 1).event("2", "bad secret 4711").events(3, 3).cut(), opens())
            .withMalformedSkipped()
            .withRetry(RetryPolicy.never()));

    recorder.assertEvents("1", "3");
    assertEquals(
        List.of(
            "malformed Expected an event that can be decoded from the stream but was 15 bytes of"
                + " type \"message\" with id \"2\" that begin with \"xxx xxxxxx 9999\":"
                + " IOException"),
        observer.lines("malformed"));
  }

  @Test
  void skippedEventDoesNotMoveTheCursor() {
    listen(
        checked(opens().events(1, 1).event("2", "bad").cut(), opens().declaresEnd())
            .withMalformedSkipped());

    assertEquals(List.of("0", "1"), transport.cursors());
    recorder.assertEvents("1");
    recorder.assertCompleted();
    assertEquals("1", subscription().cursor());
  }

  @Test
  void skippedEventUsesNoDemand() {
    EventRecorder<String> two = EventRecorder.requesting(3); // One for the end to be read.
    checked(opens().event("1", "bad").events(2, 2).event("3", "bad").events(4, 4).declaresEnd())
        .withMalformedSkipped()
        .subscribe(two.subscriber());
    run();

    two.assertEvents("2", "4");
  }

  @Test
  void decoderMustNotReturnNull() {
    transport = ScriptedTransport.endless(time, attempt -> opens().events(1, 1));
    EventStream<String> stream = EventStream.of(transport, payload -> null);

    listen(stream.withCursor("0").withRuntime(time.runtime()));

    assertEquals(StreamException.Reason.POISON, recorder.takeFailure().reason());
  }

  /** A stream that starts after cursor 0, so that nothing counts as lost. */
  private EventStream<String> checked(ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    return EventStream.of(transport, CHECKED)
        .withRuntime(time.runtime())
        .withObserver(observer)
        .withCursor("0");
  }
}
