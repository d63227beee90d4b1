package dev.perennial.websocket;

import static dev.perennial.websocket.HeldSender.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.perennial.websocket.FrameSender.Outcome;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How sending ends: by a close frame, a failure or an abort. */
class FrameSenderEndTest {
  private final HeldSender held = new HeldSender();
  private final FrameSender outbox = held.outbox;

  // ---- Close ----

  @Test
  void closedIsToldOnceWhenTheCloseFrameIsOnTheWire() throws Exception {
    assertEquals(Outcome.ACCEPTED, outbox.send(text("a")));
    assertEquals(Outcome.ACCEPTED, outbox.close(new CloseFrame(1000, "")));
    assertEquals(Outcome.CLOSED, outbox.close(new CloseFrame(1001, "")));
    assertEquals(Outcome.CLOSED, outbox.send(text("b")));

    held.threads.run();

    assertEquals(List.of("closed with 15 bytes on the wire"), held.ends);
    assertEquals(List.of("text a", "close 1000 "), held.sent());
    assertEquals(Outcome.CLOSED, outbox.send(text("c")));
    assertEquals(Outcome.CLOSED, outbox.ping(new byte[0]));
    assertEquals(Outcome.CLOSED, outbox.pong(new byte[0]));
    assertEquals(Outcome.CLOSED, outbox.closeAtOnce(new CloseFrame(1000, "")));
    assertEquals(0, held.threads.started.size());
    assertEquals(0, held.threads.elapsedNanos());
  }

  @Test
  void closingAtOnceReplacesAllThatWaits() throws Exception {
    outbox.send(text("a"));
    outbox.ping(new byte[0]);
    outbox.close(new CloseFrame(1000, ""));

    assertEquals(Outcome.ACCEPTED, outbox.closeAtOnce(new CloseFrame(1002, "no")));

    assertEquals(0, outbox.queuedBytes());
    assertEquals(List.of("close 1002 no"), held.sent());
    assertEquals(1, held.ends.size());
  }

  @Test
  void closingAtOnceDoesNotCutTheMessageThatIsWritten() throws Exception {
    held.onWrite =
        () -> {
          held.onWrite = null;
          outbox.closeAtOnce(new CloseFrame(1000, ""));
        };
    outbox.send(text("a"));
    outbox.send(text("b"));

    assertEquals(List.of("text a", "close 1000 "), held.sent());
  }

  @Test
  void nothingFollowsACloseFrameThatIsBeingWritten() throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    held.onWrite =
        () -> {
          outcomes.add(outbox.pong(new byte[0]));
          outcomes.add(outbox.closeAtOnce(new CloseFrame(1001, "")));
        };
    outbox.close(new CloseFrame(1000, ""));

    assertEquals(List.of("close 1000 "), held.sent());
    assertEquals(List.of(Outcome.CLOSED, Outcome.CLOSED), outcomes);
  }

  // ---- Failure and abort ----

  @Test
  void aFailureIsToldOnceAndEndsTheSending() throws Exception {
    IOException reset = new IOException("reset");
    held.onWrite =
        () -> {
          throw reset;
        };
    outbox.send(text("a"));
    outbox.send(text("b"));

    held.threads.run();

    assertEquals(List.of("failed"), held.ends);
    assertSame(reset, held.failure);
    assertEquals(Outcome.CLOSED, outbox.send(text("c")));
    assertEquals(0, outbox.queuedBytes());
    assertEquals(0, held.threads.started.size());
  }

  @Test
  void whatElseTheSocketThrowsIsToldToo() {
    RuntimeException defect = new IllegalStateException("defect");
    held.onWrite =
        () -> {
          throw defect;
        };
    outbox.close(new CloseFrame(1000, ""));

    held.threads.run();

    assertEquals(List.of("failed"), held.ends);
    assertSame(defect, held.failure.getCause());
  }

  @Test
  void anInterruptIsToldAsAFailure() {
    held.threads.whileWaiting.add(
        () -> {
          throw new InterruptedException();
        });
    outbox.send(text("a"));

    held.threads.run();

    assertEquals(List.of("failed"), held.ends);
    assertInstanceOf(InterruptedIOException.class, held.failure);
  }

  @Test
  void anAbortDropsAllAndTellsNothing() throws Exception {
    outbox.send(text("a"));
    outbox.close(new CloseFrame(1000, ""));

    outbox.abort();
    outbox.abort();

    assertEquals(0, outbox.queuedBytes());
    assertEquals(Outcome.CLOSED, outbox.send(text("b")));
    assertEquals(Outcome.CLOSED, outbox.pong(new byte[0]));
    assertEquals(List.of(), held.sent());
    assertEquals(List.of(), held.ends);
  }

  // ---- Release ----

  @Test
  void aSinkThatIsWrittenToIsClosedByTheThreadThatWrites() {
    held.onWrite =
        () -> {
          held.onWrite = null;
          outbox.release();
          held.ends.add("released");
        };
    outbox.send(text("a"));

    held.threads.run();

    assertEquals(List.of("released", "sink closed with 7 bytes on the wire"), held.ends);
  }

  @Test
  void aSinkThatNobodyWritesToIsClosedAtOnceAndOnce() {
    outbox.release();
    outbox.release();

    assertEquals(List.of("sink closed with 0 bytes on the wire"), held.ends);
  }

  @Test
  void aSinkIsClosedWhenTheWriteFailed() {
    held.onWrite =
        () -> {
          outbox.release();
          throw new IOException("Socket closed");
        };
    outbox.send(text("a"));

    held.threads.run();

    assertEquals(List.of("sink closed with 0 bytes on the wire"), held.ends);
  }

  @Test
  void aThreadThatWaitsForFramesClosesTheSinkThatWasReleasedMeanwhile() {
    held.threads.whileWaiting.add(outbox::release);
    outbox.send(text("a"));

    held.threads.run();

    assertEquals(List.of("sink closed with 7 bytes on the wire"), held.ends);
    assertEquals(0, held.threads.elapsedNanos());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAnAbortedWriteComesToIsNotTold(boolean isClosing) {
    held.onWrite =
        () -> {
          outbox.abort();
          throw new IOException("Socket closed");
        };
    if (isClosing) {
      outbox.close(new CloseFrame(1000, ""));
    } else {
      outbox.send(text("a"));
    }

    held.threads.run();

    assertEquals(List.of(), held.ends);
  }

  @Test
  void anAbortWhileTheLastFrameIsWrittenIsNotTold() {
    held.onWrite = outbox::abort;
    outbox.close(new CloseFrame(1000, ""));

    held.threads.run();

    assertEquals(List.of(), held.ends);
  }

  @Test
  void anAbortEndsAThreadThatWaits() {
    held.threads.whileWaiting.add(outbox::abort);
    outbox.send(text("a"));

    held.threads.run();

    assertEquals(0, held.threads.elapsedNanos());
  }
}
