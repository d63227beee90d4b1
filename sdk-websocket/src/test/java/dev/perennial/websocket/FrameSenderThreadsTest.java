package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.spi.Timekeeper;
import dev.perennial.websocket.OutboundQueue.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import okio.Buffer;
import org.junit.jupiter.api.Test;

/** The outbound under real threads. */
class FrameSenderThreadsTest {
  private static final int SENDERS = 4;
  private static final int MESSAGES = 5_000;

  private final Buffer wire = new Buffer(); // The writer's until closed.
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Thread> writers = new ArrayList<>(); // Guarded by itself.

  private final FrameSender outbound =
      new FrameSender(
          new FrameWriter(wire, new Random(7)),
          /* maxQueuedBytes= */ 500,
          new WaitingTime(),
          this::newWriter,
          new FrameSender.Listener() {
            @Override
            public void onCloseSent() {
              closed.countDown();
            }

            @Override
            public void onSendFailed(IOException failure) {
              throw new AssertionError(failure);
            }
          });

  private Thread newWriter(Runnable task) {
    Thread writer = FrameSender.newThread(task);
    synchronized (writers) {
      writers.add(writer);
    }
    return writer;
  }

  @Test
  void whatWasAcceptedFromManyThreadsIsSentInTheOrderOfEach() throws Exception {
    List<List<String>> accepted = new ArrayList<>();
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      int sender = i;
      List<String> own = new ArrayList<>();
      accepted.add(own);
      senders.add(new Thread(() -> sendAll(sender, own)));
    }
    senders.forEach(Thread::start);
    for (Thread sender : senders) {
      assertTrue(hasEnded(sender));
    }
    outbound.close(new CloseFrame(1000, ""));

    assertTrue(closed.await(30, SECONDS));

    List<String> sent = ClientFrame.readAll(wire);
    assertEquals("close 1000 ", sent.remove(sent.size() - 1));
    sent.removeIf("pong "::equals);
    for (int i = 0; i < SENDERS; i++) {
      String mark = "text " + i + ":";
      assertEquals(accepted.get(i), sent.stream().filter(line -> line.startsWith(mark)).toList());
    }
    assertEquals(accepted.stream().mapToInt(List::size).sum(), sent.size());
    synchronized (writers) {
      for (Thread writer : writers) {
        assertTrue(hasEnded(writer));
      }
    }
  }

  private void sendAll(int sender, List<String> accepted) {
    for (int i = 0; i < MESSAGES; i++) {
      String text = sender + ":" + i;
      outbound.pong(new byte[0]);
      if (outbound.send(new Message(text.getBytes(UTF_8), false)) == Outcome.ACCEPTED) {
        accepted.add("text " + text);
      }
    }
  }

  private static boolean hasEnded(Thread thread) throws InterruptedException {
    thread.join(SECONDS.toMillis(30));
    return !thread.isAlive();
  }

  /** A clock on which a second passes in a microsecond, so that threads end between messages. */
  private static final class WaitingTime implements Timekeeper {
    @Override
    public long nanoTime() {
      return System.nanoTime() * 1_000_000;
    }

    @Override
    public boolean await(Condition condition, long nanos) throws InterruptedException {
      return condition.awaitNanos(nanos / 1_000_000) > 0;
    }

    @Override
    public Timer schedule(Runnable task, long nanos) {
      throw new UnsupportedOperationException("Expected no timer");
    }
  }
}
