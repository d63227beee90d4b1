package dev.perennial.websocket;

import static dev.perennial.websocket.HeldSender.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.websocket.FrameSender.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import okio.Buffer;
import org.junit.jupiter.api.Test;

/** What is sent, when, and in which order; each thread runs on the test's own. */
class FrameSenderTest {
  private final HeldSender held = new HeldSender();
  private final FrameSender outbox = held.outbox;

  // ---- Order ----

  @Test
  void pongAndPingOvertakeMessagesAndTheCloseFrameIsLast() throws Exception {
    outbox.send(text("a"));
    outbox.send(new Message(new byte[] {'b'}, /* isBinary= */ true));
    outbox.close(new CloseFrame(1000, "bye"));
    outbox.ping("i".getBytes(UTF_8));
    outbox.pong("o".getBytes(UTF_8));

    assertEquals(List.of("pong o", "ping i", "text a", "binary b", "close 1000 bye"), held.sent());
  }

  @Test
  void ofPongsAndPingsThatWaitTheLastIsSent() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      assertEquals(Outcome.ACCEPTED, outbox.pong(("o" + i).getBytes(UTF_8)));
      assertEquals(Outcome.ACCEPTED, outbox.ping(("i" + i).getBytes(UTF_8)));
    }

    assertEquals(List.of("pong o999", "ping i999"), held.sent());
  }

  @Test
  void aPongOvertakesTheMessagesThatWaitForOneThatIsWritten() throws Exception {
    held.onWrite =
        () -> {
          held.onWrite = null;
          outbox.pong(new byte[0]);
        };
    outbox.send(text("a"));
    outbox.send(text("b"));

    assertEquals(List.of("text a", "pong ", "text b"), held.sent());
  }

  @Test
  void nothingIsWrittenByTheCaller() {
    held.onWrite = () -> held.ends.add("written");

    outbox.send(text("a"));
    outbox.ping(new byte[0]);
    outbox.pong(new byte[0]);
    outbox.close(new CloseFrame(1000, ""));

    assertEquals(List.of(), held.ends);
    assertEquals(1, held.threads.started.size());
  }

  // ---- Bounds ----

  @Test
  void aMessageThatWouldPassTheLimitIsRefusedAndAnotherMayFit() throws Exception {
    assertEquals(Outcome.ACCEPTED, outbox.send(text("123456")));
    assertEquals(Outcome.FULL, outbox.send(text("12345")));
    assertEquals(Outcome.ACCEPTED, outbox.send(text("1234")));
    assertEquals(Outcome.FULL, outbox.send(text("1")));
    assertEquals(Outcome.ACCEPTED, outbox.send(text("")));
    assertEquals(10, outbox.queuedBytes());

    assertEquals(List.of("text 123456", "text 1234", "text "), held.sent());
    assertEquals(0, outbox.queuedBytes());
    assertEquals(Outcome.ACCEPTED, outbox.send(text("1234567890")));
  }

  @Test
  void aMessageCountsUntilItIsWritten() throws Exception {
    List<Object> seen = new ArrayList<>();
    held.onWrite =
        () -> {
          seen.add(outbox.queuedBytes());
          seen.add(outbox.send(text("123456")));
        };
    outbox.send(text("12345"));
    outbox.send(text("67890"));

    held.sent();

    assertEquals(List.of(10L, Outcome.FULL, 5L, Outcome.FULL), seen);
  }

  @Test
  void emptyMessagesAreLimitedByTheirNumber() {
    for (int i = 0; i < OutboundQueue.MAX_MESSAGES; i++) {
      assertEquals(Outcome.ACCEPTED, outbox.send(text("")));
    }

    assertEquals(Outcome.FULL, outbox.send(text("")));
  }

  @Test
  void aControlFrameThatIsTooLongIsRefusedWhereItIsMade() {
    assertThrows(IllegalArgumentException.class, () -> outbox.ping(new byte[126]));
    assertThrows(IllegalArgumentException.class, () -> outbox.pong(new byte[126]));
    assertEquals(0, held.threads.started.size());
  }

  // ---- The thread ----

  @Test
  void theThreadEndsWhenNothingCameForASecondAndTheNextFrameHasANewOne() throws Exception {
    outbox.send(text("a"));
    assertEquals(List.of("text a"), held.sent());
    assertEquals(TimeUnit.SECONDS.toNanos(1), held.threads.elapsedNanos());

    outbox.send(text("b"));

    assertEquals(1, held.threads.started.size());
    assertEquals(List.of("text b"), held.sent());
    assertEquals(TimeUnit.SECONDS.toNanos(2), held.threads.elapsedNanos());
  }

  @Test
  void aThreadThatWaitsSendsWhatComes() throws Exception {
    held.threads.whileWaiting.add(() -> outbox.send(text("b")));
    held.threads.whileWaiting.add(() -> {}); // A wait may end for no reason.
    held.threads.whileWaiting.add(() -> outbox.pong(new byte[0]));
    outbox.send(text("a"));

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
