package dev.perennial.internal.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The cursor with manual acknowledgement, checkpoints among the events. */
class AcknowledgedCursorTest {
  private final AcknowledgedCursor acknowledged =
      new AcknowledgedCursor(new AtomicReference<>(), 1_000, null, () -> {});

  @Test
  void checkpointIsReachedWithTheEventBeforeIt() {
    Runnable first = issued("1");
    acknowledged.issueCheckpoint("c1").run();
    assertNull(acknowledged.cursor());

    first.run();

    assertEquals("c1", acknowledged.cursor());
  }

  @Test
  void checkpointAfterWhatIsAcknowledgedIsReachedAtOnce() {
    issued("1").run();

    acknowledged.issueCheckpoint("c1").run();

    assertEquals("c1", acknowledged.cursor());
  }

  @Test
  void checkpointIsNotReachedBeforeItIsHandedOver() {
    Runnable first = issued("1");
    Runnable checkpoint = acknowledged.issueCheckpoint("c1");

    first.run();
    assertEquals("1", acknowledged.cursor());
    checkpoint.run();
    assertEquals("c1", acknowledged.cursor());
  }

  @Test
  void newerCheckpointsDoNotHoldBackTheOneThatIsHandedOver() {
    Runnable handedOver = acknowledged.issueCheckpoint("c1");
    acknowledged.issueCheckpoint("c2");
    Runnable last = acknowledged.issueCheckpoint("c3");

    handedOver.run();
    assertEquals("c1", acknowledged.cursor());
    last.run();
    assertEquals("c3", acknowledged.cursor());
  }

  @Test
  void eventThatIsAcknowledgedBeforeItIsHandedOverWaitsForTheCheckpointBeforeIt() {
    Runnable checkpoint = acknowledged.issueCheckpoint("c1");
    issued("2").run(); // By an observer, which sees it first.
    assertNull(acknowledged.cursor());

    checkpoint.run();

    assertEquals("2", acknowledged.cursor());
  }

  @Test
  void roomIsMadeWhenTheCursorPassesEvents() {
    Runnable first = issued("1");
    issued("2").run();
    assertEquals(998, acknowledged.room());

    first.run();

    assertEquals(1_000, acknowledged.room());
  }

  @Test
  void bookmarksAfterAnOutstandingEventTakeNoSpace() {
    issued("1");
    long before = usedHeap();

    for (int i = 0; i < 50_000; i++) {
      Runnable passed = acknowledged.issueCheckpoint("c" + i);
      if (i % 2 == 0) { // The others were left out by a queue.
        passed.run();
      }
    }

    long growth = usedHeap() - before;
    assertTrue(growth < 512 * 1024, () -> "grew by " + growth + " bytes");
    assertEquals(999, acknowledged.room());
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  // ---- Any order, against a model ----

  /** A place in the stream; done when it is acknowledged or, a checkpoint, handed over. */
  private static final class Place {
    final String cursor;
    final Runnable acknowledge;
    final boolean isEvent;
    boolean isDone;

    Place(String cursor, Runnable acknowledge, boolean isEvent) {
      this.cursor = cursor;
      this.acknowledge = acknowledge;
      this.isEvent = isEvent;
    }
  }

  @Test
  void anyOrderReachesTheLastPlaceWithNothingMissingBeforeIt() {
    long seed = Long.getLong("perennial.seed", new Random().nextInt(1_000_000_000));
    Random random = new Random(seed);
    List<Place> stream = new ArrayList<>();
    Deque<Place> queue = new ArrayDeque<>();
    List<Place> atConsumer = new ArrayList<>();
    for (int step = 0; step < 3_000; step++) {
      int action = random.nextInt(4);
      if (action == 0 && acknowledged.room() > 0) {
        String cursor = "e" + step;
        put(new Place(cursor, issued(cursor), true), stream, queue);
      } else if (action == 1) {
        String cursor = "c" + step;
        put(new Place(cursor, acknowledged.issueCheckpoint(cursor), false), stream, queue);
      } else if (action == 2 && !queue.isEmpty()) {
        Place place = queue.removeFirst();
        if (place.isEvent) {
          atConsumer.add(place);
        } else {
          acknowledge(place);
        }
      } else if (action == 3 && !atConsumer.isEmpty()) {
        acknowledge(atConsumer.remove(random.nextInt(atConsumer.size())));
      }
      assertEquals(reached(stream), acknowledged.cursor(), () -> "with seed " + seed);
    }
  }

  /** As the queues do: of two checkpoints in a row the second one replaces the first. */
  private static void put(Place place, List<Place> stream, Deque<Place> queue) {
    Place last = queue.peekLast();
    if (last != null && !last.isEvent && !place.isEvent) {
      stream.remove(queue.removeLast());
    }
    stream.add(place);
    queue.addLast(place);
  }

  private static void acknowledge(Place place) {
    place.isDone = true;
    place.acknowledge.run();
  }

  private static @Nullable String reached(List<Place> stream) {
    String cursor = null;
    for (Place place : stream) {
      if (!place.isDone) {
        return cursor;
      }
      cursor = place.cursor;
    }
    return cursor;
  }

  private Runnable issued(String cursor) {
    return Objects.requireNonNull(acknowledged.issue(cursor));
  }
}
