package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Frame;
import dev.perennial.spi.Sequence;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

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
  void malformedEventComesAgain() {
    listen(
        checked(
            opens().events(1, 1).event("2", "bad"), opens().event("2", "mended").declaresEnd()));

    recorder.assertEvents("1", "mended");
    recorder.assertCompleted();
    assertEquals(List.of("0", "1"), transport.cursors());
  }

  @Test
  void malformedEventMovesNoCursor() {
    recorder.onState(state -> assertTrue(!"2".equals(subscription().cursor())));
    closeAt(ofMinutes(1));

    listen(checked(opens().events(1, 1).event("2", "bad"), opens()));

    assertEquals("1", subscription().cursor());
  }

  @Test
  void malformedEventTakesNoDemand() {
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
  void anotherCursorStartsAgain() {
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
  void otherFailuresBetweenDoNotHideAPoisonedCursor() {
    listen(
        checked(
            opens().event("1", "bad"),
            opens().cut(),
            opens().event("1", "bad"),
            opens().cut(),
            opens().event("1", "bad")));

    assertEquals(StreamException.Reason.POISON, recorder.takeFailure().reason());
  }

  @Test
  void withoutACursorProgressTellsThatItIsAnotherFailure() {
    transport =
        ScriptedTransport.endless(
            time, attempt -> opens().event(null, "good").silence(ofHours(1)).event(null, "bad"));
    closeAt(ofHours(6));

    listen(
        EventStream.of(transport, CHECKED).withRuntime(time.runtime()).withStaleAfter(ofHours(2)));

    assertEquals(6, recorder.events().size());
    assertEquals(6, transport.attempts().size());
  }

  @Test
  void oversizeIsPoisonToo() {
    ConnectionScript tooLarge = opens().cut(failure(StreamException.Reason.LIMIT));

    listen(checked(tooLarge, tooLarge, tooLarge));

    assertEquals(StreamException.Reason.POISON, recorder.takeFailure().reason());
    transport.assertExhausted();
  }

  @Test
  void malformedEventIsNoProgress() {
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
  void malformedEventIsSkippedByOptionAndReported() {
    listen(
        checked(opens().events(1, 1).event("2", "bad secret 4711").events(3, 3).cut(), opens())
            .withMalformedSkipped()
            .withRetry(RetryPolicy.never()));

    recorder.assertEvents("1", "3");
    assertEquals(
        List.of(
            "malformed Expected an event that can be decoded from the stream but was 15 bytes of"
                + " type \"message\" that begin with \"xxx xxxxxx 9999\": IOException"),
        observer.lines("malformed"));
  }

  @Test
  void cursorDoesNotMoveByWhatIsSkipped() {
    listen(
        checked(opens().events(1, 1).event("2", "bad").cut(), opens().declaresEnd())
            .withMalformedSkipped());

    assertEquals(List.of("0", "1"), transport.cursors());
    recorder.assertEvents("1");
    recorder.assertCompleted();
    assertEquals("1", subscription().cursor());
  }

  @Test
  void skippedEventUsesUpNoDemand() {
    EventRecorder<String> two = EventRecorder.requesting(3); // One for the end to be read.
    checked(opens().event("1", "bad").events(2, 2).event("3", "bad").events(4, 4).declaresEnd())
        .withMalformedSkipped()
        .subscribe(two.subscriber());
    run();

    two.assertEvents("2", "4");
  }

  @Test
  void defectiveEventEndsTheConnectionWhateverItsDecoder() {
    listen(
        stream(opens().events(1, 1).frame(new Defective("2")), opens().events(2, 2).declaresEnd())
            .withCursor("0"));

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
    assertEquals(List.of("0", "1"), transport.cursors());
  }

  @Test
  void defectiveEventIsPoisonAtTheThirdTime() {
    ConnectionScript defective = opens().frame(new Defective("1"));

    listen(stream(defective, defective, defective).withCursor("0"));

    StreamException poison = recorder.takeFailure();
    assertEquals(StreamException.Reason.POISON, poison.reason());
    StreamException last = assertInstanceOf(StreamException.class, poison.getCause());
    assertEquals(StreamException.Reason.MALFORMED, last.reason());
    assertEquals("it lacks its end", last.getCause().getMessage());
  }

  @Test
  void defectiveEventIsSkippedByOptionAndItsWordsAreReported() {
    listen(
        stream(
                opens().events(1, 1).frame(new Defective("2")).cut(),
                opens().events(3, 3).declaresEnd())
            .withCursor("0")
            .withMalformedSkipped());

    recorder.assertEvents("1", "3");
    assertEquals(List.of("0", "1"), transport.cursors());
    assertEquals(
        List.of(
            "malformed Expected an event that can be decoded from the stream but was 4 bytes of"
                + " type \"message\" at line 7, byte 99 of the connection, that begin with"
                + " \"xxxx\": it lacks its end"),
        observer.lines("malformed"));
  }

  @Test
  void idOfADefectiveEventIsNeitherComparedNorRemembered() {
    listen(
        stream(
                opens().events(1, 1).frame(new Defective("2")).cut(),
                opens().frame(new Defective("1")).events(2, 2).declaresEnd())
            .withCursor("0")
            .withMalformedSkipped());

    recorder.assertEvents("1", "2");
    assertEquals(2, observer.lines("malformed").size());
    assertEquals(List.of(), observer.lines("duplicate"));
  }

  @Test
  void numberOfADefectiveEventIsNotLookedAt() {
    transport =
        ScriptedTransport.of(
            time, opens().events(1, 1).frame(new Defective("5")).events(2, 2).declaresEnd());
    Transport counting = new Counting(transport);

    listen(over(counting).withMalformedSkipped());

    recorder.assertEvents("1", "2");
    assertEquals(List.of(), observer.lines("gap"));
  }

  /** Counts its events by their ids. */
  private record Counting(Transport delegate) implements Transport {

    @Override
    public StreamConnection newConnection(Attempt attempt) {
      return delegate.newConnection(attempt);
    }

    @Override
    public Sequence sequence() {
      return new Sequence(null, Payload::id);
    }
  }

  /** An event that the transport itself finds something wrong with. */
  private record Defective(String id) implements Frame {
    private static final byte[] DATA = "half".getBytes(UTF_8);

    @Override
    public IOException defect() {
      return new IOException("it lacks its end");
    }

    @Override
    public long streamLine() {
      return 7;
    }

    @Override
    public long streamOffset() {
      return 99;
    }

    @Override
    public Kind kind() {
      return Kind.EVENT;
    }

    @Override
    public String type() {
      return "message";
    }

    @Override
    public boolean isBinary() {
      return false;
    }

    @Override
    public byte[] array() {
      return DATA;
    }

    @Override
    public int offset() {
      return 0;
    }

    @Override
    public int length() {
      return DATA.length;
    }

    @Override
    public String text() {
      return "half";
    }
  }

  @Test
  void whatTheDecoderMakesMustNotBeNull() {
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
