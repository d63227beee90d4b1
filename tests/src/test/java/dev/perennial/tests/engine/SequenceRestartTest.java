package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.GapPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Sequence;
import dev.perennial.testkit.ScriptedTransport;
import org.junit.jupiter.api.Test;

/** A declared sequence that restarts: its numbers go back, on one connection or on a later one. */
class SequenceRestartTest extends NumberedStreams {
  @Test
  void numbersThatGoBackOnOneConnectionAreAnotherEpoch() {
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
  void sequenceMayRestartAfterAReportedInterruption() {
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
  void sequenceMayRestartAfterALostCursor() {
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
  void sequenceMayRestartAfterTheCursorOfASnapshot() {
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
  void snapshotDoesNotCoverARestartedSequence() {
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
  void replayAfterAReportedInterruptionIsNotAHole() {
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
  void eventsFromBeforeAGapAreDeliveredAgainWithoutAHole() {
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

  @Test
  void restartOnAnotherConnectionIsAGap() {
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
  void idsThatRestartWithTheSequenceAreDelivered() {
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
  void restartFailsByDefault() {
    listen(numbered(GapPolicy.fail(), opens().event("a9", "9").cut(), opens().event("b1", "1")));

    recorder.assertEvents("9");
    assertEquals(Gap.Reason.SEQUENCE, recorder.takeGap().reason());
    assertInstanceOf(GapException.class, recorder.takeFailure());
  }

  @Test
  void lowerNumberThatMayBeAReplayCountsAsOne() {
    listen(
        numbered(
            GapPolicy.fail(),
            opens().eventAt("9", null, "9").cut(),
            opens().eventAt("8", null, "8").eventAt("10", null, "10").declaresEnd()));

    recorder.assertEvents("9", "8", "10"); // Without ids, nothing shows which it is.
    recorder.assertCompleted();
  }
}
