package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.GapPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import dev.perennial.testkit.ScriptedTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when events are missing: promise 4, and the policies of each reason. */
class GapPolicyTest extends EngineTest {
  private final List<Gap> loaded = new ArrayList<>();

  // ---- Fail ----

  @Test
  void goneCursorFailsByDefault() {
    listen(stream(opens().events(1, 2).cut(), refuses(gone())));

    recorder.assertEvents("1", "2");
    Gap gap = recorder.takeGap();
    assertEquals(Gap.Reason.SERVER, gap.reason());
    assertEquals("2", gap.lastCursor());
    assertEquals(Gap.UNKNOWN, gap.missed());
    GapException failure = assertInstanceOf(GapException.class, recorder.takeFailure());
    assertSame(gap, failure.gap());
    assertEquals(Reason.GAP, failure.reason());
    assertEquals(410, failure.code());
  }

  @Test
  void gapInTheStreamFailsByDefault() {
    listen(stream(opens().events(1, 1).gap("buffer overrun").events(5, 5)));

    recorder.assertEvents("1");
    assertEquals("buffer overrun", recorder.takeGap().detail());
    GapException failure = assertInstanceOf(GapException.class, recorder.takeFailure());
    assertEquals("Events are missing: buffer overrun", failure.getMessage());
    recorder.assertExhausted();
  }

  @Test
  void missingCursorFailsIfThePolicySaysSo() {
    listen(
        stream(opens().event(null, "a").cut(), opens().event(null, "c"))
            .withGapPolicy(GapPolicy.fail().except(Gap.Reason.NO_CURSOR, GapPolicy.fail())));

    recorder.assertEvents("a");
    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
    assertInstanceOf(GapException.class, recorder.takeFailure());
  }

  // ---- Live only ----

  @Test
  void liveOnlyDropsTheCursorAndContinues() {
    listen(
        stream(
                opens().events(1, 2).cut(),
                refuses(gone()),
                opens().events(9, 9).cut(),
                opens().declaresEnd())
            .withGapPolicy(GapPolicy.liveOnly()));

    recorder.assertEvents("1", "2");
    assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
    recorder.assertEvents("9");
    recorder.assertCompleted();
    assertEquals(Arrays.asList(null, "2", null, "9"), transport.cursors());
  }

  @Test
  void gapWithoutACursorIsFatal() {
    // Never the same request again, which would spin.
    listen(stream(refuses(gone())).withGapPolicy(GapPolicy.liveOnly()));

    assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
    assertEquals(410, recorder.takeFailure().code());
  }

  @Test
  void streamContinuesAfterAGapOnTheSameConnection() {
    listen(
        stream(opens().events(1, 1).gap("dropped some").events(5, 5).declaresEnd())
            .withGapPolicy(GapPolicy.liveOnly()));

    recorder.assertEvents("1");
    assertEquals("dropped some", recorder.takeGap().detail());
    recorder.assertEvents("5");
    recorder.assertCompleted();
    assertEquals(1, transport.attempts().size());
  }

  @Test
  void missingCursorIsReportedOncePerInterruption() {
    listen(
        stream(
                opens().event(null, "a").cut(),
                refuses(status(503)),
                opens().event(null, "c").declaresEnd())
            .withGapPolicy(GapPolicy.liveOnly()));

    recorder.assertEvents("a");
    recorder.takeGap();
    recorder.assertEvents("c");
    recorder.assertCompleted();
  }

  @Test
  void gapInTheStreamDropsTheCursor() {
    listen(
        stream(
                opens().gap("too old").ends(),
                opens().event("901", "901").cut(),
                opens().declaresEnd())
            .withCursor("7")
            .withGapPolicy(GapPolicy.liveOnly()));

    assertEquals("too old", recorder.takeGap().detail());
    recorder.assertEvents("901"); // And no second gap: nothing came in between.
    recorder.assertCompleted();
    assertEquals(Arrays.asList("7", null, "901"), transport.cursors());
  }

  @Test
  void gapInTheStreamDropsTheCursorIfTheSnapshotReturnsNone() {
    listen(
        stream(opens().gap("too old").ends(), opens().event("901", "901").declaresEnd())
            .withCursor("7")
            .withGapPolicy(snapshot(null)));

    assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason()); // Since the snapshot.
    recorder.assertEvents("901");
    assertEquals(1, loaded.size());
    assertEquals(Arrays.asList("7", null), transport.cursors());
  }

  @Test
  void interruptionAfterTheStreamContinuedIsAnotherGap() {
    listen(
        stream(
                opens().events(1, 1).gap("dropped some").heartbeat().cut(),
                opens().event(null, "a").gap("dropped more").event(null, "b").cut(),
                opens().declaresEnd())
            .withGapPolicy(GapPolicy.liveOnly()));

    recorder.assertEvents("1");
    assertEquals("dropped some", recorder.takeGap().detail());
    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
    recorder.assertEvents("a");
    assertEquals("dropped more", recorder.takeGap().detail());
    recorder.assertEvents("b");
    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
    recorder.assertCompleted();
  }

  @Test
  void storeKeepsTheCursorBeforeTheGapUntilTheNextAcknowledgement() throws IOException {
    CursorStore store = CursorStore.inMemory();
    store.save("7");
    List<String> saved = new ArrayList<>();
    recorder.onGap(gap -> saved.add("gap at " + subscription().cursor()));
    recorder.onEvent(event -> saved.add("event after " + subscription().cursor()));

    listen(
        stream(opens().gap("too old").ends(), opens().event("901", "901").declaresEnd())
            .withCursorStore(store)
            .withGapPolicy(GapPolicy.liveOnly()));

    assertEquals(List.of("gap at 7", "event after 7"), saved);
    assertEquals("901", store.load());
  }

  // ---- A symbolic start ----

  @ParameterizedTest
  @ValueSource(strings = {"now", "NOW", "latest", "$"})
  void symbolicStartIsNotAPosition(String start) {
    recorder.onGap(gap -> assertNull(subscription().cursor()));

    listen(
        stream(
                refuses(status(503)),
                opens().cut(),
                opens().events(12, 12).cut(),
                opens().declaresEnd())
            .withCursor(start));

    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
    recorder.assertEvents("12");
    recorder.assertCompleted();
    assertEquals(List.of(start, start, start, "12"), transport.cursors());
  }

  // ---- Snapshot, then live ----

  @Test
  void snapshotIsLoadedWhileTheOpenConnectionIsUnread() {
    List<String> order = new ArrayList<>();
    observer.onCall(line -> order.add(line.split(" ")[0]));
    GapPolicy policy =
        GapPolicy.snapshotThenLive(
            gap -> {
              order.add("load");
              return null;
            });

    listen(
        stream(opens().events(1, 1).cut(), refuses(gone()), opens().events(7, 7).declaresEnd())
            .withGapPolicy(policy));

    recorder.assertEvents("1");
    recorder.takeGap();
    recorder.assertEvents("7");
    recorder.assertCompleted();
    assertEquals(
        List.of("connecting", "opened", "gap", "load", "event"),
        order.subList(order.lastIndexOf("connecting"), order.lastIndexOf("load") + 2));
  }

  @Test
  void snapshotWithACursorResumesAfterIt() {
    listen(
        stream(
                opens().events(1, 1).cut(),
                refuses(gone()),
                opens().events(7, 7),
                opens().events(5, 7).declaresEnd())
            .withGapPolicy(snapshot("4")));

    recorder.assertEvents("1");
    recorder.takeGap();
    recorder.assertEvents("5", "6", "7");
    recorder.assertCompleted();
    assertEquals(Arrays.asList(null, "1", null, "4"), transport.cursors());
    assertEquals("1", loaded.get(0).lastCursor());
  }

  @Test
  void snapshotsCursorIsAcknowledgedAtOnce() {
    recorder.onEvent(
        event -> {
          if (event.data().equals("5")) {
            assertEquals("4", subscription().cursor());
          }
        });

    listen(
        stream(
                opens().events(1, 1).cut(),
                refuses(gone()),
                opens(),
                opens().events(5, 5).declaresEnd())
            .withGapPolicy(snapshot("4")));

    assertEquals("5", subscription().cursor());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void snapshotWaitsForTheConsumerToFinishWhatCameBeforeTheGap(boolean isSubscriber) {
    List<Integer> sizes = new ArrayList<>();
    GapPolicy policy =
        GapPolicy.snapshotThenLive(
            gap -> {
              sizes.add(recorder.events().size());
              return null;
            });
    EventStream<String> stream =
        stream(opens().events(1, 3).gap("overrun").events(7, 7).declaresEnd())
            .withGapPolicy(policy)
            .withDeliveryOn(task -> time.after(ofSeconds(10), task::run));

    if (isSubscriber) {
      subscribe(stream);
    } else {
      listen(stream);
    }

    assertEquals(List.of(3), sizes);
    assertEquals(4, recorder.events().size());
  }

  @Test
  void closeWhileTheSnapshotWaitsIsQuiet() {
    closeAt(ofSeconds(5));

    listen(
        stream(opens().events(1, 1).gap("overrun"))
            .withGapPolicy(snapshot("4"))
            .withDeliveryOn(task -> time.after(ofSeconds(10), task::run)));

    assertEquals(List.of(), loaded);
  }

  @Test
  void snapshotThatWaitsDuringAParkIsLoadedLater() {
    time.at(ofSeconds(5), () -> subscription().park());
    time.at(ofSeconds(30), () -> subscription().unpark());

    listen(
        stream(opens().events(1, 1).cut(), refuses(gone()), opens().events(6, 6).declaresEnd())
            .withGapPolicy(snapshot(null))
            .withDeliveryOn(task -> time.after(ofSeconds(10), task::run)));

    assertEquals(1, loaded.size());
    assertEquals(List.of("1", "6"), recorder.events().stream().map(Event::data).toList());
    assertTrue(time.elapsed().compareTo(ofSeconds(30)) >= 0, time::toString);
  }

  @Test
  void snapshotThatAParkInterruptsIsLoadedLater() {
    time.at(ofSeconds(5), () -> subscription().park());
    time.at(ofSeconds(100), () -> subscription().unpark());

    listen(
        stream(
                opens().events(1, 3).gap("dropped 5").events(9, 9),
                opens().events(10, 10).declaresEnd())
            .withGapPolicy(snapshot(null))
            .withDeliveryOn(task -> time.after(ofSeconds(60), task::run), ofMinutes(5)));

    recorder.assertEvents("1", "2", "3");
    assertEquals("dropped 5", recorder.takeGap().detail());
    recorder.assertEvents("10");
    assertEquals(1, loaded.size());
    assertEquals(Arrays.asList(null, null), transport.cursors());
  }

  @Test
  void connectionDoesNotWaitLongForASnapshot() {
    // Otherwise each connection reaches its age before the consumer is ready.
    listen(
        stream(
                opens().events(1, 3).gap("dropped 5").events(9, 9),
                opens().events(10, 10).declaresEnd())
            .withGapPolicy(snapshot(null))
            .withMaxConnectionAge(ofSeconds(20))
            .withDeliveryOn(task -> time.after(ofSeconds(60), task::run), ofMinutes(5)));

    recorder.assertEvents("1", "2", "3");
    recorder.takeGap();
    recorder.assertEvents("10");
    recorder.assertCompleted();
    assertEquals(1, loaded.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connectionOnWhichASnapshotGaveTheCursorCountsAsOpen(boolean isFailFast) {
    EventStream<String> stream =
        stream(
                refuses(gone()),
                opens(),
                refuses(status(isFailFast ? 503 : 404)),
                opens().declaresEnd())
            .withCursor("old")
            .withGapPolicy(snapshot("fresh"));

    listen(isFailFast ? stream.failFast() : stream);

    recorder.takeGap();
    recorder.assertCompleted();
  }

  @Test
  void loaderThatThrowsEndsTheSubscription() {
    IllegalStateException thrown = new IllegalStateException("no database");

    listen(
        stream(opens().events(1, 1).gap("overrun"))
            .withGapPolicy(
                GapPolicy.snapshotThenLive(
                    gap -> {
                      throw thrown;
                    })));

    recorder.assertEvents("1");
    recorder.takeGap();
    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CONSUMER, failure.reason());
    assertSame(thrown, failure.getCause());
  }

  @Test
  void missingCursorLoadsASnapshotIfThePolicySaysSo() {
    listen(
        stream(opens().event(null, "a").cut(), opens().event(null, "c").declaresEnd())
            .withGapPolicy(GapPolicy.fail().except(Gap.Reason.NO_CURSOR, snapshot(null))));

    recorder.assertEvents("a");
    recorder.takeGap();
    recorder.assertEvents("c");
    assertEquals(Gap.Reason.NO_CURSOR, loaded.get(0).reason());
  }

  // ---- A suspected cursor ----

  @Test
  void suspectedCursorIsReportedButIsNotAGapByDefault() {
    listen(stream(closingAtOnce()));

    recorder.assertEvents("1");
    recorder.assertCompleted();
    assertEquals(true, observer.lines("cursorSuspected").size() >= 1);
    assertEquals(List.of(), observer.lines("gap"));
  }

  @Test
  void suspectedCursorIsAGapIfThePolicySaysSo() {
    listen(
        stream(closingAtOnce())
            .withGapPolicy(GapPolicy.fail().except(Gap.Reason.CURSOR_REJECTED, GapPolicy.fail())));

    recorder.assertEvents("1");
    assertEquals(Gap.Reason.CURSOR_REJECTED, recorder.takeGap().reason());
    assertInstanceOf(GapException.class, recorder.takeFailure());
    assertEquals(true, time.elapsed().compareTo(ofSeconds(120)) >= 0, time::toString);
  }

  // ---- The values ----

  @ParameterizedTest
  @EnumSource(Gap.Reason.class)
  void droppedEventsCanOnlyBeReported(Gap.Reason reason) {
    GapPolicy policy = GapPolicy.liveOnly();

    if (reason == Gap.Reason.OVERFLOW) {
      assertThrows(IllegalArgumentException.class, () -> policy.except(reason, GapPolicy.fail()));
      assertThrows(IllegalArgumentException.class, () -> policy.except(reason, snapshot("1")));
    } else {
      policy.except(reason, GapPolicy.fail());
    }
  }

  @Test
  void exceptDoesNotChangeThePolicyItself() {
    GapPolicy policy = GapPolicy.liveOnly();
    policy.except(Gap.Reason.SERVER, GapPolicy.fail());

    listen(stream(opens().gap("overrun").declaresEnd()).withGapPolicy(policy));

    recorder.takeGap();
    recorder.assertCompleted();
    assertNull(subscription().cursor());
  }

  private GapPolicy snapshot(@org.jspecify.annotations.Nullable String cursor) {
    return GapPolicy.snapshotThenLive(
        gap -> {
          loaded.add(gap);
          return cursor;
        });
  }

  /** A server that closes at once for ten minutes whenever it gets a cursor. */
  private ScriptedTransport closingAtOnce() {
    return ScriptedTransport.endless(
        time,
        attempt -> {
          if (attempt.cursor() == null) {
            return opens().events(1, 1).cut();
          }
          boolean isOver = time.elapsed().compareTo(ofMinutes(10)) > 0;
          return isOver ? opens().declaresEnd() : opens().ends();
        });
  }

  private static TransportException gone() {
    return new TransportException(Reason.GAP, 410, "The answer was 410", null);
  }
}
