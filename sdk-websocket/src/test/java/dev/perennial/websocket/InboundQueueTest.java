package dev.perennial.websocket;

import static dev.perennial.websocket.HeldSender.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.spi.Timekeeper;
import dev.perennial.websocket.InboundQueue.Put;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides on the test's own thread: what the other one does happens while this one waits. */
class InboundQueueTest {
  private final Queue<Runnable> meanwhile = new ArrayDeque<>();
  private final Timekeeper time = new Meanwhile();
  private final InboundQueue handOff = new InboundQueue(time, 3, 100, /* isWaitedFor= */ false);
  private final InboundQueue patient = new InboundQueue(time, 3, 100, /* isWaitedFor= */ true);

  @Test
  void messagesComeOutInOrder() throws Exception {
    handOff.put(text("a"));
    handOff.put(text("b"));
    assertEquals("a", next(handOff));
    handOff.put(text("c"));
    assertEquals("b", next(handOff));
    assertEquals("c", next(handOff));
    assertNull(handOff.poll());
  }

  @Test
  void isFullAtItsNumberOfMessages() throws Exception {
    for (String each : new String[] {"a", "b", "c"}) {
      assertEquals(Put.TAKEN, handOff.put(text(each)));
    }
    assertEquals(Put.FULL, handOff.put(text("d")));
    assertEquals("a", next(handOff));
    assertEquals(Put.TAKEN, handOff.put(text("e")));
  }

  @Test
  void isFullAtItsBytes() throws Exception {
    assertEquals(Put.TAKEN, handOff.put(new Message(new byte[60], true)));
    assertEquals(Put.FULL, handOff.put(new Message(new byte[41], true)));
    assertEquals(Put.TAKEN, handOff.put(new Message(new byte[40], true)));
  }

  @Test
  void oneMessageAlwaysFits() throws Exception {
    assertEquals(Put.TAKEN, handOff.put(new Message(new byte[1_000], true)));
    assertEquals(Put.FULL, handOff.put(new Message(new byte[1], true)));
  }

  @Test
  void waitsForRoomWhereItIsToldTo() throws Exception {
    for (String each : new String[] {"a", "b", "c"}) {
      patient.put(text(each));
    }
    meanwhile.add(() -> {}); // It may wake for no reason.
    meanwhile.add(() -> assertEquals("a", next(patient)));

    assertEquals(Put.TAKEN, patient.put(text("d")));

    assertTrue(meanwhile.isEmpty());
    assertEquals("b", next(patient));
  }

  @Test
  void closeLetsWhoeverWaitsForRoomGo() throws Exception {
    for (String each : new String[] {"a", "b", "c"}) {
      patient.put(text(each));
    }
    meanwhile.add(patient::close);

    assertEquals(Put.CLOSED, patient.put(text("d")));
    assertNull(patient.poll());
    assertEquals(Put.CLOSED, patient.put(text("e")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void everyMessagePassesBetweenTwoThreadsThatWaitForEachOther(int maxMessages) {
    InboundQueue narrow = new InboundQueue(new RealTime(), maxMessages, 10, /* isWaitedFor= */ true);
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
            Message message = narrow.poll();
            while (message == null) {
              narrow.await(Long.MAX_VALUE);
              message = narrow.poll();
            }
            assertEquals(String.valueOf(i), new String(message.array(), UTF_8));
          }
        });
  }

  @Test
  void signsOfLifeAreOneHoweverManyCame() throws Exception {
    for (int i = 0; i < 100; i++) {
      handOff.putSignOfLife();
    }
    assertTrue(handOff.pollSignOfLife());
    assertFalse(handOff.pollSignOfLife());
  }

  @Test
  void endComesBehindAllMessages() throws Exception {
    IOException end = new IOException("the end");
    handOff.put(text("a"));
    handOff.end(end);
    handOff.end(new IOException("too late to count"));

    assertFalse(handOff.pollSignOfLife());
    assertEquals("a", next(handOff));
    assertSame(end, assertThrows(IOException.class, handOff::pollSignOfLife));
    assertSame(end, assertThrows(IOException.class, handOff::pollSignOfLife));
  }

  @Test
  void errorOfTheThreadThatReadsIsThrownByTheOneThatTakes() {
    handOff.end(new OutOfMemoryError("no more"));
    assertThrows(OutOfMemoryError.class, handOff::pollSignOfLife);
    patient.end(new IllegalStateException("a bug"));
    assertThrows(IllegalStateException.class, patient::pollSignOfLife);
  }

  @Test
  void waitsForWhateverComesFirst() throws Exception {
    meanwhile.add(() -> put("a"));
    handOff.await(5);
    assertEquals("a", next(handOff));

    meanwhile.add(handOff::putSignOfLife);
    handOff.await(5);
    assertTrue(handOff.pollSignOfLife());

    meanwhile.add(() -> handOff.end(new IOException("the end")));
    handOff.await(5);
    assertThrows(IOException.class, handOff::pollSignOfLife);
  }

  @Test
  void doesNotWaitForWhatIsThere() throws Exception {
    handOff.put(text("a"));
    meanwhile.add(() -> assertTrue(false, "waited"));
    handOff.await(5);
    assertEquals(1, meanwhile.size());
  }

  private void put(String text) {
    put(handOff, text);
  }

  private static void put(InboundQueue into, String text) {
    try {
      into.put(text(text));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String next(InboundQueue from) {
    Message message = from.poll();
    return message == null ? "nothing" : new String(message.array(), UTF_8);
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
