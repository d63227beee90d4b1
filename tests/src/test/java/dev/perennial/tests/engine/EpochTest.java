package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofMinutes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perennial.DedupeWindow;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Payload;
import dev.perennial.spi.StreamBuilder;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The server begins anew: with another session, another log, other numbers. */
class EpochTest extends EngineTest {

  @Test
  void idsOfAnotherEpochAreNotReplays() {
    listen(
        inEpochs(
                opens().event("2", "a").event("3", "a").cut(),
                opens().event("2", "b").event("3", "b").declaresEnd())
            .withDedupe(DedupeWindow.lastIds(100)));

    assertEquals(List.of("a", "a", "b", "b"), data());
    assertEquals(List.of(Gap.Reason.NEW_EPOCH), reasons());
  }

  @Test
  void theCursorOfTheEpochBeforeIsNotSentAgain() {
    listen(
        inEpochs(
            opens().event("7", "a").event(null, "b").cut(), opens().event("1", "b").declaresEnd()));

    assertNull(transport.cursors().get(1));
    assertEquals(List.of(Gap.Reason.NEW_EPOCH, Gap.Reason.NO_CURSOR), reasons());
  }

  @Test
  void theFirstEpochIsNotAGap() {
    listen(inEpochs(opens().event("1", "a").event("2", "a").declaresEnd()).withCursor("0"));

    assertEquals(List.of(), gaps());
  }

  @Test
  void aNewEpochRightAfterAReportedGapIsNotReportedTwice() {
    listen(
        inEpochs(
            opens().event(null, "a").cut(),
            opens().event(null, "b").event(null, "b").declaresEnd()));

    assertEquals(List.of(Gap.Reason.NO_CURSOR), reasons());
  }

  @Test
  void numbersMayBeginAnywhereInANewEpoch() {
    listen(
        over(
            builder(
                    opens()
                        .event("1", "a 1")
                        .event("2", "a 2")
                        .event("3", "b 7000")
                        .event("4", "b 7001")
                        .event("5", "c 1")
                        .event("6", "c 3")
                        .declaresEnd())
                .epoch(payload -> payload.text().substring(0, 1))
                .sequence(payload -> payload.text().substring(2))));

    assertEquals(
        List.of(Gap.Reason.NEW_EPOCH, Gap.Reason.NEW_EPOCH, Gap.Reason.SEQUENCE), reasons());
    assertEquals(1, gaps().get(2).missed());
  }

  @Test
  void aSessionThatTheServerDeclaresInvalidIsGivenUp() {
    listen(
        over(
            builder(
                    opens().event("1", "x").event("2", "y").event(null, "invalid").cut(),
                    opens().event("1", "x").declaresEnd())
                .classify(
                    payload ->
                        payload.text().equals("invalid")
                            ? Payload.Kind.NEW_EPOCH
                            : Payload.Kind.EVENT)));

    assertEquals(List.of("x", "y", "x"), data());
    assertEquals(List.of(Gap.Reason.NEW_EPOCH), reasons());
    assertNull(transport.cursors().get(1));
  }

  @Test
  void theEpochOfAControlMessageCounts() {
    listen(
        over(
            builder(opens().event("1", "a").event("2", "b!").event("1", "b").declaresEnd())
                .epoch(payload -> payload.text().substring(0, 1))
                .classify(
                    payload ->
                        payload.text().endsWith("!") ? Payload.Kind.CONTROL : Payload.Kind.EVENT)));

    assertEquals(List.of("a", "b"), data());
    assertEquals(List.of(Gap.Reason.NEW_EPOCH), reasons());
  }

  @Test
  void thePolicyForANewEpochMayLoadASnapshot() {
    listen(
        inEpochs(opens().event("1", "a").event("2", "b"), opens().event("10", "b").declaresEnd())
            .withGapPolicy(GapPolicy.snapshotThenLive(gap -> "9")));

    assertEquals(List.of("a", "b"), data());
    assertEquals("9", transport.cursors().get(1));
    assertEquals(List.of(Gap.Reason.NEW_EPOCH), reasons());
  }

  @Test
  void aReplayMovesThePosition() {
    listen(
        stream(
            opens().eventAt("s1:1", "1", "x").eventAt("s1:2", "2", "y").cut(),
            opens().eventAt("s2:1", "1", "x").cut(),
            opens().eventAt("s2:2", "3", "z").declaresEnd()));

    recorder.assertEvents("x", "y", "z");
    assertEquals("s2:1", transport.cursors().get(2));
  }

  private List<String> data() {
    return recorder.events().stream().map(event -> event.data()).toList();
  }

  private List<Gap> gaps() {
    return recorder.signals().stream().filter(Gap.class::isInstance).map(Gap.class::cast).toList();
  }

  private List<Gap.Reason> reasons() {
    return gaps().stream().map(Gap::reason).toList();
  }

  private EventStream<String> inEpochs(ConnectionScript... scripts) {
    return over(builder(scripts).epoch(payload -> payload.text().substring(0, 1)));
  }

  private StreamBuilder<?> builder(ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    return StreamBuilder.of(transport);
  }

  private EventStream<String> over(StreamBuilder<?> builder) {
    return builder.stream()
        .withRuntime(time.runtime())
        .withObserver(observer)
        .withStaleAfter(ofMinutes(5))
        .withGapPolicy(GapPolicy.liveOnly());
  }
}
