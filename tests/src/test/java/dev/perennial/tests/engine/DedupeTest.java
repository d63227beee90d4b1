package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.time.Duration.ofMinutes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perennial.CursorStore;
import dev.perennial.Decoder;
import dev.perennial.DedupeWindow;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.spi.Frame;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.ScriptedTransport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reconnect replays is delivered once, and nothing else is suppressed. */
class DedupeTest extends EngineTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100, 1_023, 1_024})
  void replayWithinTheWindowIsDeliveredOnce(int overlap) {
    listen(
        stream(
            opens().events(1, 1_024).cut(), opens().events(1_025 - overlap, 1_100).declaresEnd()));

    assertDelivered(1, 1_100);
    assertEquals(overlap, observer.lines("duplicate").size());
  }

  @Test
  void replayBeyondTheWindowIsBoundedByIt() {
    listen(
        stream(opens().events(1, 100).cut(), opens().events(1, 110).declaresEnd())
            .withDedupe(DedupeWindow.replays(40)));

    // The first sixty had left the window; as they came again they pushed out the rest.
    assertEquals(100 + 110, recorder.events().size());
  }

  @Test
  void newEventsPushOutTheOldest() {
    listen(
        stream(opens().events(1, 50).cut(), opens().events(11, 60).declaresEnd())
            .withDedupe(DedupeWindow.replays(40)));

    assertDelivered(1, 60);
  }

  @Test
  void duplicateDoesNotMoveThePositionBack() {
    closeAt(ofMinutes(1));

    listen(stream(opens().events(1, 5).cut(), opens().events(2, 3).cut(), opens()));

    assertEquals(Arrays.asList(null, "5", "5"), transport.cursors());
    assertEquals("5", subscription().cursor());
    assertDelivered(1, 5);
  }

  @Test
  void duplicateUsesNoDemand() {
    EventRecorder<String> few = EventRecorder.requesting(5);
    few.onEvent(
        event -> {
          if (event.id().equals("5")) {
            few.request(1);
          }
        });
    time.at(ofMinutes(1), few::close);

    stream(opens().events(1, 4).cut(), opens().events(1, 9)).subscribe(few.subscriber());
    run();

    few.assertEvents("1", "2", "3", "4", "5", "6");
  }

  @Test
  void replayInAnotherOrderIsDeliveredOnce() {
    listen(
        stream(
            opens().events(1, 4).cut(),
            opens()
                .event("4", "4")
                .event("6", "6")
                .event("2", "2")
                .event("5", "5")
                .event("1", "1")
                .declaresEnd()));

    recorder.assertEvents("1", "2", "3", "4", "6", "5");
  }

  @Test
  void eachReplayOfManyIsDeliveredOnce() {
    ScriptedTransport overlapping =
        ScriptedTransport.endless(
            time,
            attempt -> {
              int from = (int) (attempt.connection() - 1) * 10;
              ConnectionScript script = opens().events(Math.max(1, from - 15), from + 10);
              return attempt.connection() == 50 ? script.declaresEnd() : script.cut();
            });

    listen(stream(overlapping));

    assertDelivered(1, 500);
  }

  @Test
  void idTwiceOnOneConnectionIsDeliveredTwice() {
    listen(stream(opens().event("AAPL", "1").event("AAPL", "2").event("AAPL", "3").declaresEnd()));

    recorder.assertEvents("1", "2", "3");
    assertEquals(List.of("idsNotUnique AAPL"), observer.lines("idsNotUnique"));
    assertEquals(List.of(), observer.lines("duplicate"));
  }

  @Test
  void repeatedIdOnOneConnectionEndsTheSuppression() {
    listen(
        stream(
            opens().event("MSFT", "1").event("AAPL", "2").event("AAPL", "3").cut(),
            opens().event("MSFT", "4").event("AAPL", "5").event("AAPL", "6").declaresEnd()));

    recorder.assertEvents("1", "2", "3", "4", "5", "6");
    assertEquals(List.of("idsNotUnique AAPL"), observer.lines("idsNotUnique"));
  }

  @Test
  void idThatRepeatsWithinAReplayIsNoticed() {
    listen(
        stream(
            opens().event("AAPL", "1").cut(),
            opens().event("AAPL", "1").event("AAPL", "2").declaresEnd()));

    recorder.assertEvents("1", "2");
    assertEquals(List.of("duplicate AAPL"), observer.lines("duplicate"));
    assertEquals(List.of("idsNotUnique AAPL"), observer.lines("idsNotUnique"));
  }

  @Test
  void sameIdWithOtherDataAfterAReconnectIsAnotherEvent() {
    listen(
        stream(
            opens().event("1", "one").event("2", "two").cut(),
            opens().event("1", "another one").event("2", "two").event("3", "three").declaresEnd()));

    recorder.assertEvents("one", "two", "another one", "three");
    assertEquals(List.of("idsNotUnique 1"), observer.lines("idsNotUnique"));
    assertEquals(List.of("duplicate 2"), observer.lines("duplicate"));
  }

  @Test
  void sameIdWithAnotherTypeIsAnotherEvent() {
    listen(
        stream(
            opens().frame(Frame.event("1", "added", bytes("x"))).cut(),
            opens().frame(Frame.event("1", "removed", bytes("x"))).declaresEnd()));

    recorder.assertEvents("x", "x");
  }

  @Test
  void idsThatRestartOnEachConnectionLoseNothing() {
    int[] sent = {0};
    ScriptedTransport counting =
        ScriptedTransport.endless(
            time,
            attempt -> {
              ConnectionScript script = opens();
              for (int id = 0; id < 20; id++) {
                script.event(Integer.toString(id), "tick " + sent[0]++);
              }
              return attempt.connection() == 5 ? script.declaresEnd() : script.cut();
            });

    listen(stream(counting));

    assertEquals(100, recorder.events().size());
    assertEquals(List.of("idsNotUnique 0"), observer.lines("idsNotUnique"));
    assertEquals(List.of(), observer.lines("duplicate"));
  }

  @Test
  void updateOfAnEntityIsDeliveredOnce() {
    listen(
        stream(
            opens().event("order-1", "new").cut(),
            opens().event("order-1", "paid").event("order-2", "new").cut(),
            opens().event("order-2", "new").event("order-1", "paid").cut(),
            opens().event("order-1", "new").declaresEnd()));

    recorder.assertEvents("new", "paid", "new", "new");
    assertEquals(List.of("idsNotUnique order-1"), observer.lines("idsNotUnique"));
  }

  @Test
  void changedEventThatCannotBeDecodedComesAgain() {
    Decoder<String> checked =
        payload -> {
          if (payload.text().equals("bad") && transport.attempts().size() == 2) {
            throw new IOException("not now");
          }
          return payload.text();
        };
    transport =
        ScriptedTransport.of(
            time,
            opens().event("1", "one").cut(),
            opens().event("1", "bad"),
            opens().event("1", "bad").declaresEnd());

    listen(EventStream.of(transport, checked).withRuntime(time.runtime()));

    recorder.assertEvents("one", "bad");
  }

  @Test
  void longDataIsComparedToItsLastByte() {
    for (int length = 1; length < 200; length++) {
      String data = "x".repeat(length);
      DedupeTest one = new DedupeTest();
      one.listen(
          one.stream(
              opens().event("1", data + "a").cut(), opens().event("1", data + "b").declaresEnd()));
      one.recorder.assertEvents(data + "a", data + "b");
    }
  }

  @Test
  void uniqueIdsAreComparedWithoutTheirData() {
    listen(
        stream(
                opens().event("1", "{\"a\":1}").cut(),
                opens().event("1", "{ \"a\": 1 }").event("2", "b").declaresEnd())
            .withDedupe(DedupeWindow.lastIds(10)));

    recorder.assertEvents("{\"a\":1}", "b");
    assertEquals(List.of(), observer.lines("idsNotUnique"));
  }

  // ---- Where the subscription starts ----

  @Test
  void eventAtTheCursorIsNotDeliveredAgainAfterARestart() {
    CursorStore store = CursorStore.inMemory();
    for (int run = 1; run <= 3; run++) {
      DedupeTest restarted = new DedupeTest();
      int last = run + 1;
      ScriptedTransport inclusive =
          ScriptedTransport.endless(
              restarted.time,
              attempt -> {
                int from = attempt.cursor() == null ? 1 : Integer.parseInt(attempt.cursor());
                return opens().events(from, last).declaresEnd();
              });

      restarted.listen(restarted.stream(inclusive).withCursorStore(store));

      restarted.assertDelivered(run == 1 ? 1 : last, last);
    }
  }

  @Test
  void suppressedEventAtTheCursorIsRemembered() {
    listen(
        stream(
                opens().events(5, 5).cut(),
                opens().events(5, 6).cut(),
                opens().events(6, 7).declaresEnd())
            .withCursor("5"));

    assertDelivered(6, 7);
    assertEquals(List.of("5", "5", "6"), transport.cursors());
  }

  @Test
  void onlyTheFirstEventCanBeTheOneAtTheCursor() {
    listen(
        stream(
                opens()
                    .event("order-2", "new")
                    .event("order-1", "paid")
                    .event("order-3", "new")
                    .declaresEnd())
            .withCursor("order-1"));

    recorder.assertEvents("new", "paid", "new");
    assertEquals(List.of(), observer.lines("duplicate"));
  }

  @Test
  void inheritedIdIsNotCompared() {
    listen(
        stream(
            opens().event("1", "a").eventAt("1", null, "b").eventAt("1", null, "c").cut(),
            opens().eventAt("1", null, "d").declaresEnd()));

    recorder.assertEvents("a", "b", "c", "d");
    assertEquals(List.of(), observer.lines("idsNotUnique"));
  }

  @Test
  void emptyIdIsNotAnId() {
    listen(stream(opens().event("", "a").event("", "b").declaresEnd()));

    recorder.assertEvents("a", "b");
    assertEquals(Arrays.asList(null, null), recorder.events().stream().map(Event::id).toList());
  }

  @Test
  void eventsWithoutIdsAreAllDelivered() {
    listen(
        stream(opens().event(null, "a").cut(), opens().event(null, "a").declaresEnd())
            .withCursor("0"));

    recorder.assertEvents("a", "a");
  }

  @Test
  void idApartFromTheCursorIsCompared() {
    listen(
        stream(
            opens().eventAt("seq1", "doc1", "a").eventAt("seq2", "doc2", "b").cut(),
            opens().eventAt("seq2", "doc2", "b").eventAt("seq3", "doc3", "c").declaresEnd()));

    recorder.assertEvents("a", "b", "c");
    assertEquals(Arrays.asList(null, "seq2"), transport.cursors());
  }

  @Test
  void lastIdsAreSuppressedEverywhere() {
    listen(
        stream(
                opens().event("1", "a").event("1", "b").event("2", "c").cut(),
                opens().event("2", "d").event("3", "e").declaresEnd())
            .withDedupe(DedupeWindow.lastIds(10)));

    recorder.assertEvents("a", "c", "e");
    assertEquals(List.of("duplicate 1", "duplicate 2"), observer.lines("duplicate"));
    assertEquals(List.of(), observer.lines("idsNotUnique"));
  }

  @Test
  void lastIdsForgetTheOldest() {
    listen(
        stream(
                opens()
                    .event("1", "a")
                    .event("2", "b")
                    .event("3", "c")
                    .event("1", "d")
                    .declaresEnd())
            .withDedupe(DedupeWindow.lastIds(2)));

    recorder.assertEvents("a", "b", "c", "d");
  }

  @Test
  void noneSuppressesNothing() {
    listen(
        stream(opens().event("1", "a").event("1", "b").cut(), opens().event("1", "c").declaresEnd())
            .withDedupe(DedupeWindow.none()));

    recorder.assertEvents("a", "b", "c");
    assertEquals(List.of(), observer.lines("idsNotUnique"));
  }

  @Test
  void eachSubscriptionHasAWindowOfItsOwn() {
    ScriptedTransport same =
        ScriptedTransport.endless(time, attempt -> opens().events(1, 3).declaresEnd());
    EventRecorder<String> second = EventRecorder.create();

    stream(same).subscribe(recorder.listener());
    over(same).subscribe(second.listener());
    run();

    recorder.assertEvents("1", "2", "3");
    second.assertEvents("1", "2", "3");
  }

  @Test
  void anyOverlapAndAnyCutDeliverEachEventOnce() {
    for (int run = 0; run < 50; run++) {
      DedupeTest one = new DedupeTest();
      Random random = new Random(one.time.seed());
      one.listen(one.stream(ScriptedTransport.endless(one.time, a -> replay(a.cursor(), random))));
      one.assertDelivered(1, 300);
    }
  }

  /** From somewhere before the cursor to somewhere behind it. */
  private static ConnectionScript replay(String cursor, Random random) {
    int position = cursor == null ? 0 : Integer.parseInt(cursor);
    int from = Math.max(1, position + 1 - random.nextInt(40));
    int to = Math.min(300, position + random.nextInt(30));
    ConnectionScript script = from <= to ? opens().events(from, to) : opens();
    if (to == 300) {
      return script.declaresEnd();
    }
    return random.nextBoolean() ? script.cut() : script.ends();
  }

  @Test
  void invalidWindowIsRejected() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> DedupeWindow.replays(0));

    assertEquals("size must be from 1 to 1048576 ids but was 0", refused.getMessage());
    assertThrows(IllegalArgumentException.class, () -> DedupeWindow.lastIds(2_000_000));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void assertDelivered(int first, int last) {
    List<String> expected =
        IntStream.rangeClosed(first, last).mapToObj(Integer::toString).collect(Collectors.toList());
    assertEquals(expected, recorder.events().stream().map(Event::id).toList(), time::toString);
  }
}
