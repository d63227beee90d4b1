package dev.perennial.internal.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What waits for a consumer is bounded, whatever comes, and stays in order. */
class DeliveryQueueTest {
  private final DeliveryQueue queue = queue(3, 100);

  private static DeliveryQueue queue(int maxEvents, long maxBytes) {
    return new DeliveryQueue(new QueueBounds(OverflowMode.BLOCK, maxEvents, maxBytes));
  }

  private static Event<String> event(String id) {
    return Event.of(id, "message", id);
  }

  private static Gap gap(Gap.Reason reason, long missed, String detail) {
    return Gap.of(reason, "c", missed, null, detail);
  }

  /** Takes everything out, in words. */
  private static String drained(DeliveryQueue queue) {
    List<String> all = new ArrayList<>();
    for (Object entry = queue.first(); entry != null; entry = queue.first()) {
      queue.removeFirst();
      if (entry instanceof Event<?> event) {
        all.add(String.valueOf(event.id()));
      } else if (entry instanceof Gap gap) {
        all.add(gap.reason() + ":" + gap.missed());
      } else if (entry instanceof Between.Dropped mark) {
        all.add("dropped:" + mark.count());
      } else if (entry instanceof Between.DroppedUpTo last) {
        all.add("upTo:" + last.cursor());
      } else {
        all.add(entry.getClass().getSimpleName());
      }
    }
    assertTrue(queue.isEmpty());
    return String.join(" ", all);
  }

  @Test
  void roomEndsWithTheEventsOrWithTheBytes() {
    assertEquals(3, queue.room());
    queue.add(event("1"), 60);
    assertTrue(queue.hasRoomFor(40));
    assertFalse(queue.hasRoomFor(41));
    assertEquals(40, queue.roomBytes());
    queue.add(event("2"), 40);
    assertEquals(0, queue.room());
    assertFalse(queue.isRoomy());

    queue.removeFirst();

    assertEquals(60, queue.roomBytes());
    assertEquals(2, queue.room());
    assertTrue(queue.isRoomy());
  }

  @Test
  void emptyQueueHasRoomForAnyEvent() {
    assertTrue(queue.hasRoomFor(Integer.MAX_VALUE));
    queue.add(event("1"), Integer.MAX_VALUE);
    assertEquals(0, queue.room());
    assertFalse(queue.hasRoomFor(0));
  }

  @Test
  void betweenTwoEventsThereIsOneEntryOfEachKind() {
    for (int i = 0; i < 1_000; i++) {
      queue.addBetween(new StreamState.Connecting(i + 1));
      queue.addBetween(gap(Gap.Reason.NO_CURSOR, 2, "gap " + i));
      queue.addBetween(new Between.Checkpoint(() -> {}));
      queue.addBetween(gap(Gap.Reason.SERVER, Gap.UNKNOWN, "gap " + i));
    }

    assertEquals("NO_CURSOR:2000 SERVER:-1 Connecting Checkpoint", drained(queue));
  }

  @Test
  void sumOfGapsSaysWhatTheConsumerHasAndWhatCameLast() {
    queue.addBetween(Gap.of(Gap.Reason.SEQUENCE, "a", 1, "k", "first"));
    queue.addBetween(Gap.of(Gap.Reason.SEQUENCE, "b", 2, "k", "last"));

    Gap sum = (Gap) queue.first();
    assertEquals(Gap.of(Gap.Reason.SEQUENCE, "a", 3, "k", "last").toString(), String.valueOf(sum));
  }

  @Test
  void droppingTheOldestLeavesOneMarkHoweverManyThereAre() {
    DeliveryQueue latest = queue(1, 100);
    List<Event<?>> dropped = new ArrayList<>();
    for (int i = 1; i <= 1_000; i++) {
      latest.dropOldest(1, dropped);
      latest.add(event("" + i), 1);
      latest.addBetween(new Between.Checkpoint(() -> {}));
      latest.addBetween(new StreamState.Parked());
    }

    assertEquals(999, dropped.size());
    assertEquals("dropped:999 Checkpoint Parked 1000 Checkpoint Parked", drained(latest));
  }

  @Test
  void droppingTheNewestLeavesOneMarkHoweverManyThereAre() {
    queue.add(event("1"), 1);
    for (int i = 2; i <= 1_000; i++) {
      queue.dropNewest(event("" + i));
      queue.addBetween(new Between.Checkpoint(() -> {}));
    }

    assertEquals("1 dropped:999 Checkpoint", drained(queue));
  }

  @Test
  void cursorPassesDroppedEventsOnlyAfterWhatIsMissingIsReported() {
    queue.dropNewest(event("1"));
    queue.addBetween(gap(Gap.Reason.SERVER, 1, "trimmed"));
    queue.dropNewest(event("2"));

    assertEquals("dropped:2 SERVER:1 upTo:2", drained(queue));
  }

  @Test
  void largeEventDropsAsManyAsItNeeds() {
    DeliveryQueue many = queue(10, 100);
    for (int i = 1; i <= 5; i++) {
      many.add(event("" + i), 20);
    }
    List<Event<?>> dropped = new ArrayList<>();

    many.dropOldest(50, dropped);
    many.add(event("large"), 50);

    assertEquals(3, dropped.size());
    assertEquals("dropped:3 upTo:3 4 5 large", drained(many));
  }

  @Test
  void clearedQueueIsEmptyAndKeepsNoBytes() {
    queue.add(event("1"), 100);
    queue.addBetween(new StreamState.Parked());
    queue.clear();

    assertNull(queue.first());
    assertEquals(100, queue.roomBytes());
    assertFalse(queue.holdsSignals());
  }

  @Test
  void signalsAreWhatWouldBeLost() {
    queue.addBetween(new StreamState.Parked());
    assertFalse(queue.holdsSignals());
    queue.addBetween(new Between.Dropped(1));
    assertTrue(queue.holdsSignals());
  }

  @Test
  void bytesAreThoseOfTheEventsThatWait() {
    Random random = new Random(7);
    DeliveryQueue any = queue(50, 1_000);
    ArrayList<Integer> model = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      int size = random.nextInt(60);
      if (random.nextInt(3) > 0 && any.hasRoomFor(size)) {
        any.add(event("e"), size);
        model.add(size);
      } else if (any.first() instanceof Event<?>) {
        any.removeFirst();
        model.remove(0);
      }
      int bytes = model.stream().mapToInt(each -> each).sum();
      assertEquals(1_000 - bytes, any.roomBytes());
      assertEquals(model.size(), any.events());
    }
  }
}
