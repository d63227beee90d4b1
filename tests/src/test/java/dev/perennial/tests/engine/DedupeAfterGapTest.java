package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.DedupeWindow;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.testkit.ConnectionScript;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reported gap clears the window: what is sent after it is delivered, replayed or not. */
class DedupeAfterGapTest extends EngineTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eventsFromBeforeAReportedGapAreNotSuppressed(boolean isInBand) {
    ConnectionScript first = opens().events(1, 3);
    ConnectionScript[] scripts =
        isInBand
            ? new ConnectionScript[] {first.gap("lost").cut(), opens().events(1, 4).declaresEnd()}
            : new ConnectionScript[] {
              first.cut(), refuses(failure(Reason.GAP)), opens().events(1, 4).declaresEnd()
            };

    listen(stream(scripts).withGapPolicy(GapPolicy.liveOnly()));

    recorder.assertEvents("1", "2", "3");
    recorder.takeGap();
    recorder.assertEvents("1", "2", "3", "4");
    recorder.assertCompleted();
    assertEquals(List.of(), observer.lines("duplicate"));
    assertEquals(List.of(), observer.lines("idsNotUnique"));
  }

  @Test
  void idsMayRepeatAfterAGapOnTheSameConnection() {
    listen(
        stream(
                opens().events(1, 2).gap("lost").events(1, 2).cut(),
                opens().events(1, 3).declaresEnd())
            .withGapPolicy(GapPolicy.liveOnly())
            .withDedupe(DedupeWindow.lastIds(10)));

    recorder.assertEvents("1", "2");
    recorder.takeGap();
    recorder.assertEvents("1", "2", "3");
  }

  @Test
  void interruptionWithoutACursorClearsTheWindow() {
    listen(
        stream(
            opens().eventAt(null, "1", "a").cut(), opens().eventAt(null, "1", "a").declaresEnd()));

    recorder.assertEvents("a");
    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
    recorder.assertEvents("a");
  }

  @Test
  void replaysOfEventsAfterTheGapAreSuppressed() {
    listen(
        stream(
                opens().events(1, 3).cut(),
                refuses(failure(Reason.GAP)),
                opens().events(1, 3).cut(),
                opens().events(2, 4).declaresEnd())
            .withGapPolicy(GapPolicy.liveOnly()));

    recorder.assertEvents("1", "2", "3");
    recorder.takeGap();
    recorder.assertEvents("1", "2", "3", "4");
  }

  @Test
  void eventAtTheCursorOfASnapshotIsNotDelivered() {
    listen(
        stream(
                opens().events(1, 3).cut(),
                refuses(failure(Reason.GAP)),
                opens(),
                opens().events(2, 4).declaresEnd())
            .withGapPolicy(GapPolicy.snapshotThenLive(gap -> "2")));

    recorder.assertEvents("1", "2", "3");
    recorder.takeGap();
    recorder.assertEvents("3", "4");
  }
}
