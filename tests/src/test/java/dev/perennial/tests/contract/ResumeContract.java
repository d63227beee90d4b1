package dev.perennial.tests.contract;

import static dev.perennial.tests.contract.TransportContract.append;
import static dev.perennial.tests.contract.TransportContract.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.RecordingObserver;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resuming, and what a reconnect replays. */
interface ResumeContract extends TransportContract {

  @ParameterizedTest
  @EnumSource(Cut.class)
  default void afterACutTheStreamGoesOnWhereItWas(Cut how) throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 100);
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(server.uri("/ticks")).subscribe(recorder().listener());
      recorder().assertEvents(events(1, 100));

      server.cutAll(how);
      append(log, 101, 200);

      recorder().assertEvents(events(101, 200));
      assertNull(server.takeRequest(PATIENCE).cursor());
      assertEquals("100", server.takeRequest(PATIENCE).cursor());
      recorder().close();
    }
  }

  @Test
  default void connectionThatEndsInGoodOrderIsMadeAgain() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 3);
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(server.uri("/ticks")).subscribe(recorder().listener());
      recorder().assertEvents(events(1, 3));

      server.endAll();
      append(log, 4, 6);

      recorder().assertEvents(events(4, 6));
      server.takeRequest(PATIENCE);
      assertEquals("3", server.takeRequest(PATIENCE).cursor());
      recorder().close();
    }
  }

  @Test
  default void streamThatIsOverCompletes() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 3);
    log.end();
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(server.uri("/ticks")).subscribe(recorder().listener());
      recorder().assertEvents(events(1, 3));
      recorder().assertCompleted();
    }
  }

  @Test
  default void storeLetsTheNextProcessGoOn() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 5);
    CursorStore store = CursorStore.inMemory();
    try (FakeStreamServer server = serverOf(log).start()) {
      StreamSubscription first =
          streamOf(server.uri("/ticks")).withCursorStore(store).subscribe(recorder().listener());
      recorder().assertEvents(events(1, 5));
      first.close();
      assertTrue(first.awaitClosed(PATIENCE));
      append(log, 6, 8);
      EventRecorder<String> next = EventRecorder.<String>create().waitingAtMost(PATIENCE);
      streamOf(server.uri("/ticks")).withCursorStore(store).subscribe(next.listener());

      next.assertEvents(events(6, 8));
      server.takeRequest(PATIENCE);
      assertEquals("5", server.takeRequest(PATIENCE).cursor());
      next.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "é",
        "\"",
        "{\"a\":[1]}",
        "a&b=c",
        "1+1",
        "100%",
        "#1?",
        "with space",
        "日本",
        "\uD83D\uDE00",
        "back\\slash",
        "1e3"
      })
  default void anyIdIsACursorAsItIs(String text) throws Exception {
    resumesAfter(text);
  }

  @Test
  default void cursorMayHaveFourKibibytes() throws Exception {
    resumesAfter("x".repeat(4 * 1024 - 1)); // And a digit.
  }

  private void resumesAfter(String text) throws Exception {
    FakeEventLog log = FakeEventLog.retaining(10, number -> text + number);
    String first = log.append("one");
    try (FakeStreamServer server = serverOf(log).start()) {
      streamOf(server.uri("/ticks")).subscribe(recorder().listener());
      assertEquals(first, recorder().takeEvent().id());

      server.cutAll(Cut.RST);
      String second = log.append("two");

      Event<String> event = recorder().takeEvent();
      assertEquals(second, event.id());
      assertEquals("two", event.data());
      server.takeRequest(PATIENCE);
      assertEquals(first, server.takeRequest(PATIENCE).cursor());
      recorder().close();
    }
  }

  @Test
  default void whatAReconnectReplaysIsDeliveredOnce() throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 50);
    RecordingObserver observer = RecordingObserver.create();
    try (FakeStreamServer server = serverOf(log).overlap(20).start()) {
      streamOf(server.uri("/ticks")).withObserver(observer).subscribe(recorder().listener());
      recorder().assertEvents(events(1, 50));

      server.cutAll(Cut.FIN);
      append(log, 51, 60);

      recorder().assertEvents(events(51, 60));
      assertEquals(20, observer.lines("duplicate").size());
      recorder().close();
    }
  }

  @Test
  default void eventsThatAreCutEverywhereArriveOnceAndInOrder() throws IOException {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, 2_000);
    try (FakeStreamServer server = serverOf(log).overlap(7).start();
        ChaosProxy proxy = ChaosProxy.inFrontOf(server.port())) {
      proxy.cutEvery(dev.perennial.testkit.Direction.TO_CLIENT, 4_001, Cut.RST);
      streamOf(proxy.uri("/ticks")).subscribe(recorder().listener());
      recorder().assertEvents(events(1, 2_000));
      recorder().close();
    }
  }
}
