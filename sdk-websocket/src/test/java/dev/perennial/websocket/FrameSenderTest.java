package dev.perennial.websocket;

import static dev.perennial.websocket.HeldSender.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.websocket.OutboundQueue.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okio.Buffer;
import org.junit.jupiter.api.Test;

/** What is sent, when, and in which order. Sending threads run on the test's own thread. */
class FrameSenderTest {
  private final HeldSender held = new HeldSender();
  private final FrameSender outbound = held.outbound;

  /** A sender that accepts messages of several fragments. */
  private final HeldSender large = new HeldSender(1_000_000);

  // ---- Order ----

  @Test
  void pongAndPingOvertakeMessagesAndTheCloseFrameIsLast() throws Exception {
    outbound.send(text("a"));
    outbound.send(new Message(new byte[] {'b'}, /* isBinary= */ true));
    outbound.close(new CloseFrame(1000, "bye"));
    outbound.ping("i".getBytes(UTF_8), () -> {});
    outbound.pong("o".getBytes(UTF_8));

    assertEquals(List.of("pong o", "ping i", "text a", "binary b", "close 1000 bye"), held.sent());
  }

  @Test
  void eachPingIsAnsweredAndOfOurPingsThatWaitTheLastIsSent() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertEquals(Outcome.ACCEPTED, outbound.pong(("o" + i).getBytes(UTF_8)));
      assertEquals(Outcome.ACCEPTED, outbound.ping(("i" + i).getBytes(UTF_8), () -> {}));
    }

    assertEquals(List.of("pong o0", "pong o1", "pong o2", "ping i2"), held.sent());
  }

  @Test
  void ofTooManyPongsTheOldestAreDropped() throws Exception {
    for (int i = 0; i < OutboundQueue.MAX_PONGS + 2; i++) {
      assertEquals(Outcome.ACCEPTED, outbound.pong(("" + i).getBytes(UTF_8)));
    }

    List<String> sent = held.sent();

    assertEquals(OutboundQueue.MAX_PONGS, sent.size());
    assertEquals("pong 2", sent.get(0));
    assertEquals("pong " + (OutboundQueue.MAX_PONGS + 1), sent.get(sent.size() - 1));
  }

  @Test
  void aPongOvertakesTheRestOfALongMessage() throws Exception {
    large.onWrite =
        () -> {
          large.onWrite = null;
          large.outbound.pong("o".getBytes(UTF_8));
        };
    large.outbound.send(text("x".repeat(2 * OutboundQueue.FRAGMENT_BYTES)));
    large.outbound.send(text("next"));

    List<String> sent = large.sent();

    String part = "x".repeat(OutboundQueue.FRAGMENT_BYTES);
    assertEquals(List.of("text part " + part, "pong o", "last part " + part, "text next"), sent);
    assertEquals(0, large.outbound.queuedBytes());
  }

  @Test
  void aLongMessageCountsUntilItsLastFragmentIsWritten() throws Exception {
    int length = 3 * OutboundQueue.FRAGMENT_BYTES;
    List<Long> queued = new ArrayList<>();
    large.onWrite = () -> queued.add(large.outbound.queuedBytes());

    large.outbound.send(text("x".repeat(length)));
    large.threads.run();

    assertEquals(Set.of((long) length), new HashSet<>(queued));
    assertEquals(0, large.outbound.queuedBytes());
  }

  @Test
  void aCloseFrameOfAnAnswerFollowsTheFragmentThatIsBeingWritten() throws Exception {
    large.onWrite =
        () -> {
          large.onWrite = null;
          large.outbound.closeNow(new CloseFrame(1001, ""));
        };
    large.outbound.send(text("x".repeat(2 * OutboundQueue.FRAGMENT_BYTES)));

    List<String> sent = large.sent();

    assertEquals(2, sent.size());
    assertEquals("close 1001 ", sent.get(1));
  }

  @Test
  void aPongOvertakesTheMessagesThatWaitForOneThatIsWritten() throws Exception {
    held.onWrite =
        () -> {
          held.onWrite = null;
          outbound.pong(new byte[0]);
        };
    outbound.send(text("a"));
    outbound.send(text("b"));

    assertEquals(List.of("text a", "pong ", "text b"), held.sent());
  }

  @Test
  void nothingIsWrittenByTheCaller() {
    held.onWrite = () -> held.ends.add("written");

    outbound.send(text("a"));
    outbound.ping(new byte[0], () -> {});
    outbound.pong(new byte[0]);
    outbound.close(new CloseFrame(1000, ""));

    assertEquals(List.of(), held.ends);
    assertEquals(1, held.threads.started.size());
  }

  // ---- Holding ----

  @Test
  void messagesThatAreHeldFollowThoseSentAhead() throws Exception {
    outbound.hold();
    assertEquals(Outcome.ACCEPTED, outbound.send(text("b")));
    assertEquals(Outcome.ACCEPTED, outbound.sendAhead(text("a")));
    assertEquals(List.of("text a"), held.sent());

    outbound.sendHeld();
    outbound.send(text("c"));

    assertEquals(List.of("text b", "text c"), held.sent());
  }

  @Test
  void aConnectionOnWhichNothingIsSentHasNoThread() {
    outbound.hold();
    outbound.sendHeld();

    assertEquals(0, held.threads.started.size());
  }

  @Test
  void aMessageThatIsHeldNeedsNoThreadYet() {
    outbound.hold();
    outbound.send(text("a"));
    assertEquals(0, held.threads.started.size());

    outbound.sendHeld();

    assertEquals(1, held.threads.started.size());
  }

  @Test
  void closingDropsMessagesThatAreHeld() throws Exception {
    outbound.hold();
    outbound.send(text("a"));

    outbound.close(new CloseFrame(1000, ""));

    assertEquals(0, outbound.queuedBytes());
    assertEquals(List.of("close 1000 "), held.sent());
  }

  // ---- Bounds ----

  @Test
  void aMessageThatWouldPassTheLimitIsRefusedAndAnotherMayFit() throws Exception {
    assertEquals(Outcome.ACCEPTED, outbound.send(text("123456")));
    assertEquals(Outcome.FULL, outbound.send(text("12345")));
    assertEquals(Outcome.ACCEPTED, outbound.send(text("1234")));
    assertEquals(Outcome.FULL, outbound.send(text("1")));
    assertEquals(Outcome.ACCEPTED, outbound.send(text("")));
    assertEquals(10, outbound.queuedBytes());

    assertEquals(List.of("text 123456", "text 1234", "text "), held.sent());
    assertEquals(0, outbound.queuedBytes());
    assertEquals(Outcome.ACCEPTED, outbound.send(text("1234567890")));
  }

  @Test
  void aMessageCountsUntilItIsWritten() throws Exception {
    List<Object> seen = new ArrayList<>();
    held.onWrite =
        () -> {
          seen.add(outbound.queuedBytes());
          seen.add(outbound.send(text("123456")));
        };
    outbound.send(text("12345"));
    outbound.send(text("67890"));

    held.sent();

    assertEquals(List.of(10L, Outcome.FULL, 5L, Outcome.FULL), seen);
  }

  @Test
  void emptyMessagesAreLimitedByTheirNumber() {
    for (int i = 0; i < OutboundQueue.MAX_MESSAGES; i++) {
      assertEquals(Outcome.ACCEPTED, outbound.send(text("")));
    }

    assertEquals(Outcome.FULL, outbound.send(text("")));
  }

  @Test
  void aControlFrameThatIsTooLongIsRefusedWhereItIsMade() {
    assertThrows(IllegalArgumentException.class, () -> outbound.ping(new byte[126], () -> {}));
    assertThrows(IllegalArgumentException.class, () -> outbound.pong(new byte[126]));
    assertEquals(0, held.threads.started.size());
  }

  // ---- The thread ----

  @Test
  void theThreadEndsWhenNothingCameForASecondAndTheNextFrameHasANewOne() throws Exception {
    outbound.send(text("a"));
    assertEquals(List.of("text a"), held.sent());
    assertEquals(TimeUnit.SECONDS.toNanos(1), held.threads.elapsedNanos());

    outbound.send(text("b"));

    assertEquals(1, held.threads.started.size());
    assertEquals(List.of("text b"), held.sent());
    assertEquals(TimeUnit.SECONDS.toNanos(2), held.threads.elapsedNanos());
  }

  @Test
  void aThreadThatWaitsSendsWhatComes() throws Exception {
    held.threads.whileWaiting.add(() -> outbound.send(text("b")));
    held.threads.whileWaiting.add(() -> {}); // A wait may end for no reason.
    held.threads.whileWaiting.add(() -> outbound.pong(new byte[0]));
    outbound.send(text("a"));

    assertEquals(List.of("text a", "text b", "pong "), held.sent());
    assertEquals(TimeUnit.SECONDS.toNanos(1), held.threads.elapsedNanos());
  }

  @Test
  void aThreadThatCouldNotStartIsAskedForAgain() throws Exception {
    Buffer wire = new Buffer();
    List<OutOfMemoryError> errors = new ArrayList<>(List.of(new OutOfMemoryError("no thread")));
    FrameSender starved =
        new FrameSender(
            new FrameWriter(wire, new Random(7)),
            HeldSender.LIMIT,
            held.threads,
            task -> {
              if (!errors.isEmpty()) {
                throw errors.remove(0);
              }
              return held.threads.newThread(task);
            },
            null);

    assertThrows(OutOfMemoryError.class, () -> starved.send(text("a")));
    starved.send(text("b"));
    held.threads.run();

    assertEquals(List.of("text a", "text b"), ClientFrame.readAll(wire));
  }

  @Test
  void threadsAreDaemonsWithAName() {
    Thread thread = FrameSender.newThread(() -> {});

    assertTrue(thread.isDaemon());
    assertTrue(thread.getName().matches("perennial-websocket-writer-[0-9]+"), thread.getName());
  }
}
