package dev.perennial.websocket;

import static dev.perennial.websocket.HeldSender.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Payload;
import dev.perennial.spi.Frame;
import dev.perennial.spi.Timekeeper;
import dev.perennial.websocket.InboundQueue.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both threads are the test's own: what the other one does happens while this one waits. */
class InboundQueueTest {
  private final Queue<Runnable> meanwhile = new ArrayDeque<>();
  private final Timekeeper time = new Meanwhile();
  private final InboundQueue queue = new InboundQueue(time, 3, 100, /* maxWaitNanos= */ 0);
  private final InboundQueue waitingQueue = new InboundQueue(time, 3, 100, Long.MAX_VALUE);

  @Test
  void messagesComeOutInOrder() throws Exception {
    queue.put(text("a"));
    queue.put(text("b"));
    assertEquals("a", next(queue));
    queue.put(text("c"));
    assertEquals("b", next(queue));
    assertEquals("c", next(queue));
    assertNull(queue.poll());
  }

  @Test
  void isFullAtItsNumberOfMessages() throws Exception {
    for (String each : new String[] {"a", "b", "c"}) {
      assertEquals(Outcome.ACCEPTED, queue.put(text(each)));
    }
    assertEquals(Outcome.FULL, queue.put(text("d")));
    assertEquals("a", next(queue));
    assertEquals(Outcome.ACCEPTED, queue.put(text("e")));
  }

  @Test
  void isFullAtItsBytes() throws Exception {
    assertEquals(Outcome.ACCEPTED, queue.put(new Message(new byte[60], true)));
    assertEquals(Outcome.FULL, queue.put(new Message(new byte[41], true)));
    assertEquals(Outcome.ACCEPTED, queue.put(new Message(new byte[40], true)));
  }

  @Test
  void oneMessageAlwaysFits() throws Exception {
    assertEquals(Outcome.ACCEPTED, queue.put(new Message(new byte[1_000], true)));
    assertEquals(Outcome.FULL, queue.put(new Message(new byte[1], true)));
  }

  @Test
  void waitsForSpaceIfItWasMadeToWait() throws Exception {
    for (String each : new String[] {"a", "b", "c"}) {
      waitingQueue.put(text(each));
    }
    meanwhile.add(() -> {}); // A wait may end for no reason.
    meanwhile.add(() -> assertEquals("a", next(waitingQueue)));

    assertEquals(Outcome.ACCEPTED, waitingQueue.put(text("d")));

    assertTrue(meanwhile.isEmpty());
    assertEquals("b", next(waitingQueue));
  }

  @Test
  void waitsUpToItsLimitAndTakesAMessageForWhichThereIsRoomThen() throws Exception {
    HeldThreads clock = new HeldThreads();
    InboundQueue limited = new InboundQueue(clock, 3, 100, /* maxWaitNanos= */ 1_000);
    for (String each : new String[] {"a", "b", "c"}) {
      limited.put(text(each));
    }
    clock.whileWaiting.add(() -> assertEquals(clock.nanoTime(), limited.readingSinceNanos()));

    assertEquals(Outcome.FULL, limited.put(text("d")));
    assertEquals(1_000, clock.elapsedNanos());

    clock.whileWaiting.add(() -> take(limited));
    assertEquals(Outcome.ACCEPTED, limited.put(text("d")));
    assertEquals(1_000, clock.elapsedNanos());
  }

  @Test
  void controlMessagesAreAnsweredByTheReaderOnceNoneWaits() throws Exception {
    queue.put(text("a"));
    queue.put(control("early"));
    assertEquals("early", queue.takeControls().get(0).text());
    assertEquals(Outcome.ACCEPTED, queue.put(control("meanwhile")));
    assertEquals(1, queue.takeControls().size());
    assertEquals(List.of(), queue.takeControls());

    assertEquals(Outcome.TO_ANSWER, queue.put(control("late"))); // The queue is full.

    assertEquals("a", next(queue));
    Message answered = (Message) queue.poll();
    assertTrue(answered.isAnswered());
    assertEquals(Outcome.ACCEPTED, queue.put(control("named").answered()));
  }

  @Test
  void aControlMessageThatWaitsForSpaceNeedsNoneOnceTheReaderAnswers() throws Exception {
    for (String each : new String[] {"a", "b", "c"}) {
      waitingQueue.put(text(each));
    }
    meanwhile.add(() -> assertEquals(List.of(), waitingQueue.takeControls()));

    assertEquals(Outcome.TO_ANSWER, waitingQueue.put(control("d")));
  }

  private static Message control(String text) {
    return text(text).classifiedAs(Payload.Kind.CONTROL);
  }

  private static void take(InboundQueue queue) {
    try {
      queue.poll();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void closeWakesAThreadThatWaitsForSpace() throws Exception {
    for (String each : new String[] {"a", "b", "c"}) {
      waitingQueue.put(text(each));
    }
    meanwhile.add(waitingQueue::close);

    assertEquals(Outcome.CLOSED, waitingQueue.put(text("d")));
    assertNull(waitingQueue.poll());
    assertEquals(Outcome.CLOSED, waitingQueue.put(text("e")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void everyMessagePassesBetweenTwoThreadsThatWaitForEachOther(int maxMessages) {
    InboundQueue narrow = new InboundQueue(new RealTime(), maxMessages, 10, Long.MAX_VALUE);
    int messages = 20_000;
    Thread reader =
        new Thread(
            () -> {
              for (int i = 0; i < messages; i++) {
                put(narrow, String.valueOf(i));
              }
            });
    reader.setDaemon(true);

    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          reader.start();
          for (int i = 0; i < messages; i++) {
            Frame message = narrow.poll();
            while (message == null) {
              narrow.await(Long.MAX_VALUE);
              message = narrow.poll();
            }
            assertEquals(String.valueOf(i), message.text());
          }
        });
  }

  @Test
  void signsOfLifeAreOneHoweverManyCame() throws Exception {
    for (int i = 0; i < 100; i++) {
      queue.putHeartbeat();
    }
    assertSame(InboundQueue.HEARTBEAT, queue.poll());
    assertNull(queue.poll());
  }

  @Test
  void messagesComeBeforeAHeartbeat() throws Exception {
    queue.putHeartbeat();
    queue.put(text("a"));

    assertEquals("a", next(queue));
    assertSame(InboundQueue.HEARTBEAT, queue.poll());
  }

  @Test
  void endComesAfterAllMessages() throws Exception {
    IOException end = new IOException("the end");
    queue.put(text("a"));
    queue.end(end);
    queue.end(new IOException("too late to count"));

    assertEquals("a", next(queue));
    assertSame(end, assertThrows(IOException.class, queue::poll));
    assertSame(end, assertThrows(IOException.class, queue::poll));
  }

  @Test
  void nothingComesOutOrWaitsAfterClose() throws Exception {
    queue.put(text("a"));
    queue.putHeartbeat();
    queue.end(new IOException("the end"));

    queue.close();

    assertNull(queue.poll());
    queue.end(new IOException("too late to count"));
    queue.putHeartbeat();
    assertNull(queue.poll());
    queue.await(5); // Would fail in the Timekeeper.
  }

  @Test
  void errorOfTheReaderThreadIsThrownByTheEngineThread() {
    queue.end(new OutOfMemoryError("no more"));
    assertThrows(OutOfMemoryError.class, queue::poll);
    waitingQueue.end(new IllegalStateException("a bug"));
    assertThrows(IllegalStateException.class, waitingQueue::poll);
  }

  @Test
  void waitsForWhateverComesFirst() throws Exception {
    meanwhile.add(() -> put("a"));
    queue.await(5);
    assertEquals("a", next(queue));

    meanwhile.add(queue::putHeartbeat);
    queue.await(5);
    assertSame(InboundQueue.HEARTBEAT, queue.poll());

    meanwhile.add(() -> queue.end(new IOException("the end")));
    queue.await(5);
    assertThrows(IOException.class, queue::poll);
  }

  @Test
  void doesNotWaitForWhatIsThere() throws Exception {
    queue.put(text("a"));
    meanwhile.add(() -> assertTrue(false, "waited"));
    queue.await(5);
    assertEquals(1, meanwhile.size());
  }

  private void put(String text) {
    put(queue, text);
  }

  private static void put(InboundQueue into, String text) {
    try {
      into.put(text(text));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String next(InboundQueue from) {
    try {
      Frame message = from.poll();
      return message == null ? "nothing" : message.text();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static final class RealTime implements Timekeeper {
    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public boolean await(Condition condition, long nanos) throws InterruptedException {
      return condition.awaitNanos(nanos) > 0;
    }

    @Override
    public Timer schedule(Runnable task, long nanos) {
      throw new UnsupportedOperationException("Expected no timer");
    }
  }

  /** Runs the next of what happens meanwhile in each wait. */
  private final class Meanwhile implements Timekeeper {
    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public boolean await(Condition condition, long nanos) {
      meanwhile.remove().run();
      return true;
    }

    @Override
    public Timer schedule(Runnable task, long nanos) {
      throw new UnsupportedOperationException("Expected no timer");
    }
  }
}
