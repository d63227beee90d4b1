package dev.perennial.websocket;

import static dev.perennial.websocket.HeldSender.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.websocket.OutboundQueue.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages that are kept from one connection to the next. */
class OutboxTest {
  private final Outbox outbox = new Outbox(4, 10);
  private final HeldSender first = new HeldSender();
  private final HeldSender second = new HeldSender();
  private final List<String> fates = new ArrayList<>();

  private void attach(HeldSender connection) {
    outbox.attach(connection.outbound);
    connection.outbound.takeFrom(outbox);
  }

  private Outcome add(String text) {
    return outbox.add(
        new OutboundMessage(Message.text(text), fate -> fates.add(text + " " + fate)));
  }

  @Test
  void whatWaitsIsSentInOrderByTheNextConnection() throws Exception {
    add("a");
    add("b");
    attach(first);
    add("c");

    assertEquals(List.of("text a", "text b", "text c"), first.sent());
    assertEquals(List.of("a WRITTEN", "b WRITTEN", "c WRITTEN"), fates);
  }

  @Test
  void whatIsHeldFollowsWhatTheConnectionSendsAhead() throws Exception {
    first.outbound.hold();
    add("b");
    attach(first);
    first.outbound.sendAhead(text("a"));
    assertEquals(List.of("text a"), first.sent());

    first.outbound.sendHeld();

    assertEquals(List.of("text b"), first.sent());
  }

  @Test
  void whatALostConnectionHasNotTakenIsSentByTheNextOne() throws Exception {
    first.onWrite =
        () -> {
          throw new IOException("cut");
        };
    attach(first);
    add("a");
    add("b");
    first.threads.run();
    outbox.release(first.outbound);
    attach(second);

    assertEquals(List.of("text b"), second.sent());
    assertEquals(List.of("a UNKNOWN", "b WRITTEN"), fates);
  }

  @Test
  void connectionThatIsClosedSendsWhatWaitedBefore() throws Exception {
    attach(first);
    add("a");
    first.outbound.close(new CloseFrame(1000, ""));
    add("b");

    assertEquals(List.of("text a", "close 1000 "), first.sent());
    attach(second);
    assertEquals(List.of("text b"), second.sent());
  }

  @Test
  void connectionThatTheServerClosesSendsNothingMore() throws Exception {
    attach(first);
    add("a");
    first.outbound.closeNow(new CloseFrame(1000, ""));

    assertEquals(List.of("close 1000 "), first.sent());
    attach(second);
    assertEquals(List.of("text a"), second.sent());
    assertEquals(List.of("a WRITTEN"), fates);
  }

  @Test
  void onlyTheNewestConnectionTakes() throws Exception {
    attach(first);
    attach(second);
    add("a");

    assertEquals(List.of(), first.sent());
    assertEquals(List.of("text a"), second.sent());
  }

  @Test
  void whatIsLeftAtTheEndIsGivenUp() {
    add("a");
    add("b");

    outbox.end();

    assertEquals(List.of("a NOT_SENT", "b NOT_SENT"), fates);
    assertEquals(Outcome.CLOSED, add("c"));
    assertEquals(0, outbox.messages());
  }

  @Test
  void connectionThatIsStillOpenAtTheEndSendsUntilItIsReleased() throws Exception {
    attach(first);
    add("a");
    outbox.end();
    assertEquals(List.of(), fates);
    assertEquals(List.of("text a"), first.sent());

    outbox.release(first.outbound);

    assertEquals(List.of("a WRITTEN"), fates);
  }

  @Test
  void whatAConnectionThatIsCutHasNotSentIsGivenUpAtTheEnd() {
    attach(first);
    add("a");
    outbox.end();
    first.outbound.abort();
    outbox.release(first.outbound);

    assertEquals(List.of("a NOT_SENT"), fates);
  }

  @Test
  void anotherSubscriptionBeginsWithAnEmptyQueue() throws Exception {
    add("a");
    outbox.end();
    outbox.begin();
    add("b");
    attach(second);

    assertEquals(List.of("text b"), second.sent());
  }

  @Test
  void boundsAreOfMessagesAndOfBytes() {
    assertEquals(Outcome.FULL, add("12345678901"));
    assertEquals(Outcome.ACCEPTED, add("1234567890"));
    assertEquals(Outcome.FULL, add("1"));
    assertEquals(Outcome.ACCEPTED, add(""));
    assertEquals(Outcome.ACCEPTED, add(""));
    assertEquals(Outcome.ACCEPTED, add(""));
    assertEquals(Outcome.FULL, add(""));
    assertEquals(List.of(), fates);
  }

  @Test
  void spaceIsAnnouncedOnceWhenHalfOfTheQueueIsFree() throws Exception {
    outbox.onWritable(() -> fates.add("writable"));
    for (int i = 1; i <= 5; i++) {
      add("" + i);
    }
    attach(first);

    first.sent();

    assertEquals(List.of("1 WRITTEN", "writable", "2 WRITTEN", "3 WRITTEN", "4 WRITTEN"), fates);
  }

  @Test
  void queueThatNeverWasFullAnnouncesNothing() throws Exception {
    outbox.onWritable(() -> fates.add("writable"));
    add("a");
    attach(first);
    first.sent();

    assertEquals(List.of("a WRITTEN"), fates);
  }

  @Test
  void whoWaitsForSpaceIsNotMadeToWaitForAnEndedSubscription() throws Exception {
    for (int i = 1; i <= 5; i++) {
      add("" + i);
    }
    assertFalse(outbox.awaitWritable(first.threads, 1));
    outbox.begin();
    assertFalse(outbox.awaitWritable(first.threads, 1));
    outbox.end();
    assertFalse(outbox.awaitWritable(first.threads, Long.MAX_VALUE));
    outbox.begin();
    assertTrue(outbox.awaitWritable(first.threads, 1));
  }

  @Test
  void whatAReportThrowsEndsNothing() throws Exception {
    Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> fates.add("thrown"));
    outbox.add(
        new OutboundMessage(
            Message.text("a"),
            fate -> {
              throw new IllegalStateException("expected by the test");
            }));
    add("b");
    attach(first);

    assertEquals(List.of("text a", "text b"), first.sent());
    assertEquals(List.of("thrown", "b WRITTEN"), fates);
    Thread.currentThread().setUncaughtExceptionHandler(null);
  }

  @Test
  void messagesOfOneConnectionEndWithIt() {
    List<MessageFate> ends = new ArrayList<>();
    first.outbound.send(new OutboundMessage(Message.text("a"), ends::add));
    first.outbound.abort();

    assertEquals(List.of(MessageFate.NOT_SENT), ends);
    assertEquals(0, first.outbound.queuedBytes());
  }
}
