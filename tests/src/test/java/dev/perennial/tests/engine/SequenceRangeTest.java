package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.spi.Sequence;
import dev.perennial.spi.StreamBuilder;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Events that stand for ranges of numbers. Data is {@code first last}, or {@code previous last}.
 */
class SequenceRangeTest extends EngineTest {
  private static final Sequence FIRST_AND_LAST = Sequence.of(part(1)).withFirst(part(0));
  private static final Sequence PREVIOUS_AND_LAST = Sequence.of(part(1)).withPrevious(part(0));

  @Test
  void rangesThatFollowEachOtherShowNoHole() {
    listen(ranges(FIRST_AND_LAST, "1 4", "5 5", "6 9", "10 12"));

    assertEquals(List.of(), gaps());
  }

  @Test
  void aHoleBetweenTwoRangesIsOneGap() {
    listen(ranges(FIRST_AND_LAST, "1 4", "8 9", "10 12"));

    assertEquals(1, gaps().size());
    assertEquals(3, gaps().get(0).missed());
    assertEquals("The sequence jumped from 4 to 8", gaps().get(0).detail());
  }

  @Test
  void overlapIsNotAHole() {
    listen(ranges(FIRST_AND_LAST, "1 4", "3 9", "9 12", "12 12"));

    assertEquals(List.of(), gaps());
  }

  @Test
  void aSnapshotIsFollowedByTheRangeThatOverlapsIt() {
    listen(
        ranges(FIRST_AND_LAST, "1 4", "8 9", "10 12", "13 20", "21 22")
            .withGapPolicy(GapPolicy.liveOnly().except(Gap.Reason.SEQUENCE, snapshotOf("15"))));

    assertEquals(1, gaps().size());
    recorder.assertEvents("1 4");
    recorder.takeGap();
    recorder.assertEvents("13 20", "21 22");
  }

  @Test
  void eventsThatNameTheOneBeforeShowNoHoleHoweverFarTheirNumbersAreApart() {
    listen(ranges(PREVIOUS_AND_LAST, "0 10", "10 25", "25 25", "25 90"));

    assertEquals(List.of(), gaps());
  }

  @Test
  void aPreviousNumberThatDidNotComeIsAHole() {
    listen(ranges(PREVIOUS_AND_LAST, "0 10", "25 90", "90 91"));

    assertEquals(1, gaps().size());
    assertEquals(Gap.UNKNOWN, gaps().get(0).missed());
  }

  @Test
  void aNegativePreviousNumberRestartsTheSequence() {
    listen(ranges(PREVIOUS_AND_LAST, "0 10", "-1 3", "3 4", "-1 1000", "1000 1001"));

    assertEquals(List.of(), gaps());
  }

  @Test
  void aRestartedSequenceIsFollowed() {
    listen(ranges(PREVIOUS_AND_LAST, "0 10", "10 3", "3 5", "9 10"));

    assertEquals(1, gaps().size());
    assertEquals("The sequence jumped from 5 to 10", gaps().get(0).detail());
  }

  @Test
  void replaysOnAnotherConnectionAreNotHoles() {
    listen(
        stream(
            PREVIOUS_AND_LAST,
            send(opens(), "0 10", "10 20", "20 30").cut(),
            send(opens(), "10 20", "20 30", "30 40").declaresEnd()));

    assertEquals(List.of(Gap.Reason.NO_CURSOR), gaps().stream().map(Gap::reason).toList());
  }

  @Test
  void eachKeyHasItsOwnRanges() {
    listen(
        ranges(
            FIRST_AND_LAST.withKey(part(2)),
            "1 4 a",
            "1 2 b",
            "5 6 a",
            "3 9 b",
            "11 12 b",
            "7 7 a"));

    assertEquals(1, gaps().size());
    assertEquals("b", gaps().get(0).sequenceKey());
  }

  private static GapPolicy snapshotOf(String last) {
    return GapPolicy.snapshotThenLive(gap -> last);
  }

  private static Function<Payload, @Nullable String> part(int index) {
    return payload -> payload.text().split(" ")[index];
  }

  private List<Gap> gaps() {
    return recorder.signals().stream().filter(Gap.class::isInstance).map(Gap.class::cast).toList();
  }

  private EventStream<String> ranges(Sequence sequence, String... events) {
    return stream(sequence, send(opens(), events).declaresEnd());
  }

  private static ConnectionScript send(ConnectionScript script, String... events) {
    for (String event : events) {
      script.event(null, event);
    }
    return script;
  }

  private EventStream<String> stream(Sequence sequence, ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    return StreamBuilder.of(transport).sequence(sequence).stream()
        .withRuntime(time.runtime())
        .withObserver(observer)
        .withGapPolicy(GapPolicy.liveOnly());
  }
}
