package dev.perennial.websocket;

import static dev.perennial.websocket.HeldSender.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.perennial.websocket.OutboundQueue.Outcome;
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
  private final FrameSender outbound = held.outbound;

  // ---- Close ----

  @Test
  void closedIsReportedOnceWhenTheCloseFrameIsOnTheWire() throws Exception {
    assertEquals(Outcome.ACCEPTED, outbound.send(text("a")));
    assertEquals(Outcome.ACCEPTED, outbound.close(new CloseFrame(1000, "")));
    assertEquals(Outcome.CLOSED, outbound.close(new CloseFrame(1001, "")));
    assertEquals(Outcome.CLOSED, outbound.send(text("b")));

    held.threads.run();

    assertEquals(List.of("closed with 15 bytes on the wire"), held.ends);
    assertEquals(List.of("text a", "close 1000 "), held.sent());
    assertEquals(Outcome.CLOSED, outbound.send(text("c")));
    assertEquals(Outcome.CLOSED, outbound.ping(new byte[0], () -> {}));
    assertEquals(Outcome.CLOSED, outbound.pong(new byte[0]));
    assertEquals(Outcome.CLOSED, outbound.closeNow(new CloseFrame(1000, "")));
    assertEquals(0, held.threads.started.size());
    assertEquals(0, held.threads.elapsedNanos());
  }

  @Test
  void closingAtOnceReplacesAllThatWaits() throws Exception {
    outbound.send(text("a"));
    outbound.ping(new byte[0], () -> {});
    outbound.close(new CloseFrame(1000, ""));

    assertEquals(Outcome.ACCEPTED, outbound.closeNow(new CloseFrame(1002, "no")));

    assertEquals(0, outbound.queuedBytes());
    assertEquals(List.of("close 1002 no"), held.sent());
    assertEquals(1, held.ends.size());
  }

  @Test
  void closingAtOnceDoesNotCutTheMessageThatIsWritten() throws Exception {
    held.onWrite =
        () -> {
          held.onWrite = null;
          outbound.closeNow(new CloseFrame(1000, ""));
        };
    outbound.send(text("a"));
    outbound.send(text("b"));

    assertEquals(List.of("text a", "close 1000 "), held.sent());
  }

  @Test
  void nothingFollowsACloseFrameThatIsBeingWritten() throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    held.onWrite =
        () -> {
          outcomes.add(outbound.pong(new byte[0]));
          outcomes.add(outbound.closeNow(new CloseFrame(1001, "")));
        };
    outbound.close(new CloseFrame(1000, ""));

    assertEquals(List.of("close 1000 "), held.sent());
    assertEquals(List.of(Outcome.CLOSED, Outcome.CLOSED), outcomes);
  }

  // ---- Failure and abort ----

  @Test
  void aFailureIsReportedOnceAndEndsTheSending() throws Exception {
    IOException reset = new IOException("reset");
    held.onWrite =
        () -> {
          throw reset;
        };
    outbound.send(text("a"));
    outbound.send(text("b"));

    held.threads.run();

    assertEquals(List.of("failed"), held.ends);
    assertSame(reset, held.failure);
    assertEquals(Outcome.CLOSED, outbound.send(text("c")));
    assertEquals(0, outbound.queuedBytes());
    assertEquals(0, held.threads.started.size());
  }

  @Test
  void whatElseTheSocketThrowsIsReportedToo() {
    RuntimeException defect = new IllegalStateException("defect");
    held.onWrite =
        () -> {
          throw defect;
        };
    outbound.close(new CloseFrame(1000, ""));

    held.threads.run();

    assertEquals(List.of("failed"), held.ends);
    assertSame(defect, held.failure.getCause());
  }

  @Test
  void anInterruptIsReportedAsAFailure() {
    held.threads.whileWaiting.add(
        () -> {
          throw new InterruptedException();
        });
    outbound.send(text("a"));

    held.threads.run();

    assertEquals(List.of("failed"), held.ends);
    assertInstanceOf(InterruptedIOException.class, held.failure);
  }

  @Test
  void anAbortDropsAllAndReportsNothing() throws Exception {
    outbound.send(text("a"));
    outbound.close(new CloseFrame(1000, ""));

    outbound.abort();
    outbound.abort();

    assertEquals(0, outbound.queuedBytes());
    assertEquals(Outcome.CLOSED, outbound.send(text("b")));
    assertEquals(Outcome.CLOSED, outbound.pong(new byte[0]));
    assertEquals(List.of(), held.sent());
    assertEquals(List.of(), held.ends);
  }

  // ---- Release ----

  @Test
  void aSinkThatIsWrittenToIsClosedByTheThreadThatWrites() {
    held.onWrite =
        () -> {
          held.onWrite = null;
          outbound.release();
          held.ends.add("released");
        };
    outbound.send(text("a"));

    held.threads.run();

    assertEquals(List.of("released", "sink closed with 7 bytes on the wire"), held.ends);
  }

  @Test
  void aSinkThatNoThreadWritesToIsClosedAtOnceAndOnce() {
    outbound.release();
    outbound.release();

    assertEquals(List.of("sink closed with 0 bytes on the wire"), held.ends);
  }

  @Test
  void aSinkIsClosedWhenTheWriteFailed() {
    held.onWrite =
        () -> {
          outbound.release();
          throw new IOException("Socket closed");
        };
    outbound.send(text("a"));

    held.threads.run();

    assertEquals(List.of("sink closed with 0 bytes on the wire"), held.ends);
  }

  @Test
  void aThreadThatWaitsForFramesClosesTheSinkThatWasReleasedMeanwhile() {
    held.threads.whileWaiting.add(outbound::release);
    outbound.send(text("a"));

    held.threads.run();

    assertEquals(List.of("sink closed with 7 bytes on the wire"), held.ends);
    assertEquals(0, held.threads.elapsedNanos());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAnAbortedWriteComesToIsNotReported(boolean isClosing) {
    held.onWrite =
        () -> {
          outbound.abort();
          throw new IOException("Socket closed");
        };
    if (isClosing) {
      outbound.close(new CloseFrame(1000, ""));
    } else {
      outbound.send(text("a"));
    }

    held.threads.run();

    assertEquals(List.of(), held.ends);
  }

  @Test
  void anAbortWhileTheLastFrameIsWrittenIsNotReported() {
    held.onWrite = outbound::abort;
    outbound.close(new CloseFrame(1000, ""));

    held.threads.run();

    assertEquals(List.of(), held.ends);
  }

  @Test
  void anAbortEndsAThreadThatWaits() {
    held.threads.whileWaiting.add(outbound::abort);
    outbound.send(text("a"));

    held.threads.run();

    assertEquals(0, held.threads.elapsedNanos());
  }
}
