package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
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
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Sequence;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holes in a declared sequence. Data is {@code number} or {@code key:number}. */
class SequenceTest extends EngineTest {
  private static final GapPolicy TELL = GapPolicy.liveOnly();

  @Test
  void noHoleNoGap() {
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
  void holeIsToldBeforeTheEventThatShowsIt() {
    listen(numbered(TELL, opens().events(1, 1).events(3, 4).declaresEnd()));

    recorder.assertEvents("1");
    assertEquals(1, recorder.takeGap().missed());
    recorder.assertEvents("3", "4");
    recorder.assertCompleted();
  }

  @Test
  void holeAcrossAReconnectIsFound() {
    listen(numbered(TELL, opens().events(1, 2).cut(), opens().events(5, 5).declaresEnd()));

    recorder.assertEvents("1", "2");
    assertEquals(2, recorder.takeGap().missed());
    recorder.assertEvents("5");
  }

  @Test
  void replayIsNoHole() {
    listen(
        numbered(GapPolicy.fail(), opens().events(1, 5).cut(), opens().events(3, 7).declaresEnd()));

    recorder.assertEvents("1", "2", "3", "4", "5", "6", "7");
    recorder.assertCompleted();
  }

  @Test
  void goingBackOnOneConnectionIsAnotherEpoch() {
    listen(
        numbered(
            TELL,
            opens()
                .event("a8", "8")
                .event("a9", "9")
                .event("b1", "1")
                .event("b2", "2")
                .declaresEnd()));

    recorder.assertEvents("8", "9");
    Gap gap = recorder.takeGap();
    assertEquals(Gap.UNKNOWN, gap.missed());
    assertEquals("The sequence went back from 9 to 1", gap.detail());
    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
  }

  @Test
  void numbersThatBeginAnewBehindAnInterruptionThatWasToldAreFollowedFromThere() {
    listen(
        keyed(
            TELL,
            opens().event(null, "x:8").event(null, "x:9").cut(),
            opens()
                .event(null, "x:1")
                .event(null, "x:2")
                .event(null, "x:5")
                .event(null, "x:6")
                .declaresEnd()));

    recorder.assertEvents("x:8", "x:9");
    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
    recorder.assertEvents("x:1", "x:2");
    Gap gap = recorder.takeGap();
    assertEquals(Gap.Reason.SEQUENCE, gap.reason());
    assertEquals(2, gap.missed());
    recorder.assertEvents("x:5", "x:6");
    recorder.assertCompleted();
  }

  @Test
  void numbersThatBeginAnewBehindACursorThatIsGoneAreFollowedFromThere() {
    listen(
        numbered(
            TELL,
            opens().event("a8", "8").event("a9", "9").cut(),
            refuses(failure(Reason.GAP)),
            opens().event("b1", "1").event("b3", "3").declaresEnd()));

    recorder.assertEvents("8", "9");
    assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
    recorder.assertEvents("1");
    assertEquals(1, recorder.takeGap().missed());
    recorder.assertEvents("3");
    recorder.assertCompleted();
  }

  @Test
  void numbersThatBeginAnewBehindTheCursorOfASnapshotAreFollowedFromThere() {
    listen(
        numbered(
            GapPolicy.snapshotThenLive(gap -> "b4").except(Gap.Reason.SEQUENCE, TELL),
            opens().event("a8", "8").event("a9", "9").cut(),
            refuses(failure(Reason.GAP)),
            opens(), // Left unread while the snapshot is loaded.
            opens().event("b5", "5").event("b7", "7").declaresEnd()));

    recorder.assertEvents("8", "9");
    assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
    recorder.assertEvents("5");
    assertEquals(1, recorder.takeGap().missed());
    recorder.assertEvents("7");
    recorder.assertCompleted();
  }

  @Test
  void snapshotCoversNoneOfTheNumbersThatBeginAnew() {
    listen(
        keyed(
            TELL.except(Gap.Reason.SEQUENCE, GapPolicy.snapshotThenLive(gap -> "7")),
            opens().event(null, "x:1").event(null, "x:6").event(null, "x:8").cut(),
            opens().event(null, "x:1").event(null, "x:2").declaresEnd()));

    recorder.assertEvents("x:1");
    assertEquals(Gap.Reason.SEQUENCE, recorder.takeGap().reason());
    recorder.assertEvents("x:8");
    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
    recorder.assertEvents("x:1", "x:2");
    recorder.assertCompleted();
  }

  @Test
  void replayBehindAnInterruptionThatWasToldShowsNoHole() {
    listen(
        keyed(
            GapPolicy.fail(),
            opens().event(null, "x:7").event(null, "x:8").event(null, "x:9").cut(),
            opens().event(null, "x:8").event(null, "x:9").event(null, "x:10").declaresEnd()));

    recorder.assertEvents("x:7", "x:8", "x:9");
    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
    recorder.assertEvents("x:8", "x:9", "x:10");
    recorder.assertCompleted();
  }

  @Test
  void whatCameBeforeAGapIsDeliveredAgainAndShowsNoHole() {
    listen(
        numbered(
            TELL,
            opens().event(null, "7").events(8, 9).cut(),
            refuses(failure(Reason.GAP)),
            opens().event(null, "7").events(8, 10).declaresEnd()));

    recorder.assertEvents("7", "8", "9");
    assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
    recorder.assertEvents("7", "8", "9", "10"); // The window was cleared at the gap.
    recorder.assertCompleted();
  }

  // ---- Numbers that begin anew on a connection that resumed ----

  @Test
  void numbersThatBeginAnewOnAnotherConnectionAreAGap() {
    listen(
        numbered(
            TELL,
            opens().event("a8", "8").event("a9", "9").cut(),
            opens().event("b1", "1").event("b2", "2").event("b4", "4").declaresEnd()));

    recorder.assertEvents("8", "9");
    Gap gap = recorder.takeGap();
    assertEquals(Gap.Reason.SEQUENCE, gap.reason());
    assertEquals(Gap.UNKNOWN, gap.missed());
    assertEquals("The sequence went back from 9 to 1", gap.detail());
    recorder.assertEvents("1", "2");
    assertEquals(1, recorder.takeGap().missed());
    recorder.assertEvents("4");
    recorder.assertCompleted();
  }

  @Test
  void sameNumberWithAnotherIdIsAGapToo() {
    listen(numbered(TELL, opens().event("a1", "1").cut(), opens().event("b1", "1").declaresEnd()));

    recorder.assertEvents("1");
    assertEquals("The sequence went back from 1 to 1", recorder.takeGap().detail());
    recorder.assertEvents("1");
  }

  @Test
  void idsThatBeginAnewWithTheNumbersAreDelivered() {
    Sequence sequence =
        new Sequence(null, payload -> payload.text().substring(payload.text().length() - 1));
    transport =
        ScriptedTransport.of(
            time,
            opens().event("1", "old 1").event("2", "old 2").event("3", "old 3").cut(),
            opens().event("1", "new 1").event("2", "new 2").declaresEnd());

    listen(over(declaring(transport, sequence)).withGapPolicy(TELL));

    recorder.assertEvents("old 1", "old 2", "old 3");
    assertEquals("The sequence went back from 3 to 1", recorder.takeGap().detail());
    recorder.assertEvents("new 1", "new 2");
    recorder.assertCompleted();
  }

  @Test
  void numbersThatBeginAnewFailByDefault() {
    listen(numbered(GapPolicy.fail(), opens().event("a9", "9").cut(), opens().event("b1", "1")));

    recorder.assertEvents("9");
    assertEquals(Gap.Reason.SEQUENCE, recorder.takeGap().reason());
    assertInstanceOf(GapException.class, recorder.takeFailure());
  }

  @Test
  void lowerNumberThatCouldBeAReplayIsTakenForOne() {
    listen(
        numbered(
            GapPolicy.fail(),
            opens().eventAt("9", null, "9").cut(),
            opens().eventAt("8", null, "8").eventAt("10", null, "10").declaresEnd()));

    recorder.assertEvents("9", "8", "10"); // Without ids, nothing shows which it is.
    recorder.assertCompleted();
  }

  @Test
  void malformedEventThatComesAgainIsNoHole() {
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
  void skippedEventThatIsReplayedIsNoHole() {
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
  void replaysOfSeveralConnectionsAreNoHoles() {
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
  void snapshotIsTheFloorOfTheSequence() {
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
  void floorHoldsForItsKeyAlone() {
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
  void snapshotThatEndsBeforeTheHoleIsRefused() {
    listen(numbered(GapPolicy.snapshotThenLive(gap -> "3"), opens().events(1, 1).events(9, 9)));

    recorder.assertEvents("1");
    recorder.takeGap();
    GapException failure = assertInstanceOf(GapException.class, recorder.takeFailure());
    assertEquals(5, failure.gap().missed());
    assertTrue(failure.getMessage().contains("load one that covers 8"), failure::getMessage);
  }

  @Test
  void snapshotWithoutANumberGoesOn() {
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
  void loaderHasToReturnANumber() {
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
  void numberThatIsNoneIsMalformed(String number) {
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
  void keysAreBoundedWhereHolesFail() {
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
  void quietKeyIsForgottenWhereHolesAreReported() {
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

  private EventStream<String> numbered(GapPolicy policy, ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    Sequence sequence =
        new Sequence(null, payload -> payload.text().isEmpty() ? null : payload.text());
    return over(declaring(transport, sequence)).withGapPolicy(policy);
  }

  private EventStream<String> keyed(GapPolicy policy, ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    return keyedOver(transport, policy);
  }

  private EventStream<String> keyedOver(Transport scripted, GapPolicy policy) {
    Sequence sequence =
        new Sequence(
            payload -> payload.text().split(":")[0], payload -> payload.text().split(":")[1]);
    return over(declaring(scripted, sequence)).withGapPolicy(policy);
  }

  private static Transport declaring(Transport scripted, Sequence declared) {
    return new Transport() {
      @Override
      public StreamConnection newConnection(Attempt attempt) {
        return scripted.newConnection(attempt);
      }

      @Override
      public @Nullable Sequence sequence() {
        return declared;
      }
    };
  }
}
