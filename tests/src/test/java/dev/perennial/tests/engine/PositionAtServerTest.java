package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.StreamBuilder;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A server that remembers how far each client is, and continues there without a cursor. */
class PositionAtServerTest extends EngineTest {

  @Test
  void interruptionIsNotAGap() {
    listen(
        atServer(
            opens().event(null, "a").cut(), opens().event(null, "b").ends(), refuses(status(204))));

    recorder.assertEvents("a", "b");
    recorder.assertCompleted();
  }

  @Test
  void noCursorIsSentAndNoEventHasOne() {
    listen(atServer(opens().events(1, 2).cut(), opens().events(3, 3).ends(), refuses(status(204))));

    assertNull(recorder.takeEvent().cursor());
    assertNull(recorder.takeEvent().cursor());
    assertEquals("3", recorder.takeEvent().id());
    recorder.assertCompleted();
    assertTrue(transport.cursors().stream().allMatch(Objects::isNull), transport::toString);
  }

  @Test
  void replaysAreStillDroppedById() {
    listen(atServer(opens().events(1, 2).cut(), opens().events(2, 3).ends(), refuses(status(204))));

    recorder.assertEvents("1", "2", "3");
    recorder.assertCompleted();
    assertEquals(List.of("duplicate 2"), observer.lines("duplicate"));
  }

  @Test
  void pollingWithoutEventsIsNotSuspicious() {
    time.at(ofSeconds(1_000), recorder::close);
    transport = ScriptedTransport.endless(time, attempt -> opens().ends());

    listen(atServer(transport).withRetry(RetryPolicy.fixed(ofSeconds(20))));

    assertEquals(List.of(), observer.lines("cursorSuspected"));
  }

  @Test
  void aDeclaredEndThatDidNotComeIsWaitedForOnTheNextConnection() {
    transport =
        ScriptedTransport.of(
            time, opens().event(null, "a").ends(), opens().event(null, "[DONE]").ends());

    listen(
        StreamBuilder.of(transport)
            .positionAtServer()
            .endsAt(payload -> payload.text().equals("[DONE]"))
            .stream()
            .withRuntime(time.runtime()));

    recorder.assertEvents("a");
    recorder.assertCompleted();
  }

  @Test
  void gapThatTheServerReportsIsAGap() {
    listen(atServer(opens().event(null, "a").gap("too old")));

    recorder.assertEvents("a");
    assertEquals("too old", recorder.takeGap().detail());
    assertEquals(Reason.GAP, recorder.takeFailure().reason());
  }

  @Test
  void cursorAndStoreAreRefused() {
    EventStream<String> stream = atServer(opens().ends());

    assertEquals(
        "withCursor(…) cannot be combined with positionAtServer(): the server keeps the position",
        assertThrows(IllegalStateException.class, () -> stream.withCursor("1")).getMessage());
    assertThrows(IllegalStateException.class, () -> stream.withCursorStore(CursorStore.inMemory()));
    assertEquals(stream.toString(), stream.withCursor(null).toString());
  }

  private EventStream<String> atServer(ConnectionScript... scripts) {
    return atServer(ScriptedTransport.of(time, scripts));
  }

  private EventStream<String> atServer(ScriptedTransport scripted) {
    transport = scripted;
    return StreamBuilder.of(scripted).positionAtServer().stream()
        .withRuntime(time.runtime())
        .withObserver(observer);
  }
}
