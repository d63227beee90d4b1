package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Sequence;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holes in a declared sequence. */
class SequenceTest extends NumberedStreams {
  @Test
  void sequenceWithoutHolesHasNoGaps() {
    listen(numbered(GapPolicy.fail(), opens().events(4, 9).declaresEnd()));

    recorder.assertEvents("4", "5", "6", "7", "8", "9");
    recorder.assertCompleted();
  }

  @Test
  void holeFailsByDefault() {
    listen(numbered(GapPolicy.fail(), opens().events(1, 2).events(6, 6)));

    recorder.assertEvents("1", "2");
    Gap gap = recorder.takeGap();
    assertEquals(Gap.Reason.SEQUENCE, gap.reason());
    assertEquals(3, gap.missed());
    assertNull(gap.sequenceKey());
    assertEquals("2", gap.lastCursor());
    assertEquals("The sequence jumped from 2 to 6", gap.detail());
    assertInstanceOf(GapException.class, recorder.takeFailure());
    recorder.assertExhausted();
  }

  @Test
  void holeIsReportedBeforeTheEventThatRevealsIt() {
    listen(numbered(TELL, opens().events(1, 1).events(3, 4).declaresEnd()));

    recorder.assertEvents("1");
    assertEquals(1, recorder.takeGap().missed());
    recorder.assertEvents("3", "4");
    recorder.assertCompleted();
  }

  @Test
  void holeAcrossAReconnectIsReported() {
    listen(numbered(TELL, opens().events(1, 2).cut(), opens().events(5, 5).declaresEnd()));

    recorder.assertEvents("1", "2");
    assertEquals(2, recorder.takeGap().missed());
    recorder.assertEvents("5");
  }

  @Test
  void replayIsNotAHole() {
    listen(
        numbered(GapPolicy.fail(), opens().events(1, 5).cut(), opens().events(3, 7).declaresEnd()));

    recorder.assertEvents("1", "2", "3", "4", "5", "6", "7");
    recorder.assertCompleted();
  }

  @Test
  void malformedEventThatIsSentAgainIsNotAHole() {
    transport =
        ScriptedTransport.of(
            time,
            opens().events(1, 2).event("3", "3"),
            opens().event("3", "3").events(4, 4).declaresEnd());
    Decoder<String> decoder =
        payload -> {
          if (payload.text().equals("3") && transport.attempts().size() == 1) {
            throw new IllegalArgumentException("not yet");
          }
          return payload.text();
        };

    listen(
        EventStream.of(declaring(transport, new Sequence(null, Payload::text)), decoder)
            .withRuntime(time.runtime()));

    recorder.assertEvents("1", "2", "3", "4");
    recorder.assertCompleted();
  }

  @Test
  void skippedEventThatIsReplayedIsNotAHole() {
    transport =
        ScriptedTransport.of(
            time,
            opens().events(1, 2).cut(),
            opens().events(2, 3).cut(),
            opens().events(1, 4).declaresEnd());
    Decoder<String> decoder =
        payload -> {
          if (payload.text().equals("2")) {
            throw new IllegalArgumentException("never");
          }
          return payload.text();
        };

    listen(
        EventStream.of(declaring(transport, new Sequence(null, Payload::text)), decoder)
            .withRuntime(time.runtime())
            .withMalformedSkipped());

    recorder.assertEvents("1", "3", "4");
    recorder.assertCompleted();
  }

  @Test
  void replaysOnSeveralConnectionsAreNotHoles() {
    listen(
        numbered(
            GapPolicy.fail(),
            opens().events(1, 5).cut(),
            opens().events(2, 6).cut(),
            opens().events(4, 6).cut(),
            opens().events(6, 9).declaresEnd()));

    recorder.assertEvents("1", "2", "3", "4", "5", "6", "7", "8", "9");
    recorder.assertCompleted();
  }

  @Test
  void eachKeyHasItsOwnSequence() {
    listen(
        keyed(
            TELL,
            opens()
                .event(null, "x:1")
                .event(null, "y:7")
                .event(null, "x:2")
                .event(null, "y:9")
                .event(null, "x:3")
                .declaresEnd()));

    recorder.assertEvents("x:1", "y:7", "x:2");
    Gap gap = recorder.takeGap();
    assertEquals("y", gap.sequenceKey());
    assertEquals(1, gap.missed());
    recorder.assertEvents("y:9", "x:3");
    recorder.assertCompleted();
  }

  @Test
  void eventWithoutANumberIsDelivered() {
    listen(
        numbered(
            GapPolicy.fail(), opens().events(1, 1).event(null, "").events(2, 2).declaresEnd()));

    recorder.assertEvents("1", "", "2");
    recorder.assertCompleted();
  }

  @Test
  void eventsThatTheSnapshotCoversAreDropped() {
    List<Gap> gaps = new ArrayList<>();
    GapPolicy policy =
        GapPolicy.snapshotThenLive(
            gap -> {
              gaps.add(gap);
              return "7";
            });

    listen(numbered(policy, opens().events(1, 1).events(5, 9).declaresEnd()));

    recorder.assertEvents("1");
    recorder.takeGap();
    recorder.assertEvents("8", "9"); // 5, 6 and 7 are in the snapshot.
    recorder.assertCompleted();
    assertEquals(3, gaps.get(0).missed());
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void snapshotCoversItsOwnKeyOnly() {
    GapPolicy policy =
        GapPolicy.snapshotThenLive(gap -> "x".equals(gap.sequenceKey()) ? "7" : "100");

    listen(
        keyed(
            policy,
            opens()
                .event(null, "x:1")
                .event(null, "y:1")
                .event(null, "x:6")
                .event(null, "x:7")
                .event(null, "y:2")
                .event(null, "x:8")
                .declaresEnd()));

    recorder.assertEvents("x:1", "y:1");
    recorder.takeGap();
    recorder.assertEvents("y:2", "x:8");
    recorder.assertCompleted();
  }

  @Test
  void snapshotThatEndsBeforeTheHoleDoesIsRejected() {
    listen(numbered(GapPolicy.snapshotThenLive(gap -> "3"), opens().events(1, 1).events(9, 9)));

    recorder.assertEvents("1");
    recorder.takeGap();
    GapException failure = assertInstanceOf(GapException.class, recorder.takeFailure());
    assertEquals(5, failure.gap().missed());
    assertTrue(failure.getMessage().contains("load one that covers 8"), failure::getMessage);
  }

  @Test
  void streamContinuesAfterASnapshotWithoutANumber() {
    listen(
        numbered(
            GapPolicy.snapshotThenLive(gap -> null),
            opens().events(1, 1).events(5, 6).declaresEnd()));

    recorder.assertEvents("1");
    recorder.takeGap();
    recorder.assertEvents("5", "6");
    recorder.assertCompleted();
  }

  @Test
  void snapshotLoaderMustReturnANumber() {
    listen(
        numbered(GapPolicy.snapshotThenLive(gap -> "cursor-4"), opens().events(1, 1).events(5, 5)));

    recorder.assertEvents("1");
    recorder.takeGap();
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CONSUMER, failure.reason());
    assertTrue(failure.getCause().getMessage().contains("\"cursor-4\""), failure::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "1.5", "99999999999999999999"})
  void eventWithAnInvalidNumberIsMalformed(String number) {
    transport = ScriptedTransport.endless(time, attempt -> opens().event("1", number));

    listen(
        EventStream.of(declaring(transport, new Sequence(null, Payload::text)), Decoder.text())
            .withCursor("0")
            .withRuntime(time.runtime()));

    StreamException poison = recorder.takeFailure();
    assertEquals(Reason.POISON, poison.reason());
    assertTrue(
        ((StreamException) poison.getCause()).getMessage().startsWith("Expected"),
        poison::toString);
  }

  @Test
  void numberOfKeysIsLimitedIfHolesFail() {
    listen(keyed(GapPolicy.fail(), manyKeys(65_536)));

    assertEquals(65_536, recorder.events().size());
    List<Object> signals = recorder.signals();
    Object end = signals.get(signals.size() - 1);
    StreamException failure =
        assertInstanceOf(
            StreamException.class, assertInstanceOf(EventRecorder.End.class, end).failure());
    assertEquals(Reason.LIMIT, failure.reason());
    assertTrue(failure.getMessage().contains("at most 65536 sequence keys"), failure::getMessage);
  }

  @Test
  void quietKeyIsForgottenIfHolesAreReported() {
    listen(
        keyed(
            TELL,
            manyKeys(65_540)
                .event(null, "65540:3") // A hole in the sequence of a key that is known.
                .event(null, "0:7") // Forgotten, so it begins.
                .declaresEnd()));

    assertEquals(65_543, recorder.events().size());
    List<Gap> gaps = new ArrayList<>();
    for (Object signal : recorder.signals()) {
      if (signal instanceof Gap gap) {
        gaps.add(gap);
      }
    }
    assertEquals(2, gaps.size());
    assertTrue(gaps.get(0).detail().contains("more than 65536 sequence keys"), gaps::toString);
    assertEquals("65540", gaps.get(1).sequenceKey());
  }

  /** The numbers 1 of this many keys and one more. */
  private static ConnectionScript manyKeys(int last) {
    ConnectionScript script = opens();
    for (int key = 0; key <= last; key++) {
      script.event(null, key + ":1");
    }
    return script;
  }
}
