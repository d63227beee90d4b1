package dev.perennial.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.CursorStore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Records which of the events 1, 2, 3 and so on were processed, and is the cursor store of their
 * subscription at the same time: it compares each saved cursor with what was processed by then.
 */
final class Ledger implements CursorStore, AutoCloseable {
  private static final int MOST_MICROS = 3_000;

  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(4);
  private final Map<String, CompletableFuture<Void>> held = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final BitSet done = new BitSet();

  @GuardedBy("lock")
  private final List<String> tooEarly = new ArrayList<>();

  @GuardedBy("lock")
  private int outOfOrder;

  @GuardedBy("lock")
  private @Nullable String saved; // null until the first save

  // ---- The work ----

  /** Processes an event after a random delay. */
  CompletableFuture<Void> workLater(String event) {
    CompletableFuture<Void> ending = new CompletableFuture<>();
    clock.schedule(
        () -> {
          done(event);
          ending.complete(null);
        },
        ThreadLocalRandom.current().nextInt(MOST_MICROS),
        TimeUnit.MICROSECONDS);
    return ending;
  }

  /** Processes an event within the call, after a random delay. */
  String workNow(String event) {
    workLater(event).join();
    return event;
  }

  /** Begins to process an event; the processing ends when it is {@linkplain #release released}. */
  CompletableFuture<Void> workUntilReleased(String event) {
    CompletableFuture<Void> ending = new CompletableFuture<>();
    held.put(event, ending);
    return ending;
  }

  /** Ends the processing of events in this order, each as soon as it has begun. */
  void release(String... events) {
    for (String event : events) {
      Soon.holds("the work of " + event + " has begun", () -> held.containsKey(event));
      done(event);
      held.get(event).complete(null);
    }
  }

  /** Records that an event was processed. */
  void done(String event) {
    int number = Integer.parseInt(event);
    lock.lock();
    try {
      outOfOrder += number > done.nextClearBit(1) ? 1 : 0;
      done.set(number);
    } finally {
      lock.unlock();
    }
  }

  // ---- The cursor ----

  @Override
  public @Nullable String load() {
    return saved();
  }

  @Override
  public void save(String cursor) {
    lock.lock();
    try {
      saved = cursor;
      check(cursor);
    } finally {
      lock.unlock();
    }
  }

  /** Compares a cursor with what was processed by now. */
  void check(@Nullable String cursor) {
    lock.lock();
    try {
      int missing = done.nextClearBit(1);
      if (cursor != null && Integer.parseInt(cursor) >= missing) {
        tooEarly.add("cursor " + cursor + " while " + missing + " was not done");
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- What tests check ----

  @Nullable String saved() {
    lock.lock();
    try {
      return saved;
    } finally {
      lock.unlock();
    }
  }

  boolean isAhead() {
    lock.lock();
    try {
      return !tooEarly.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asserts that all was processed, not all in order, that no cursor was ever ahead, and that the
   * last one is saved.
   */
  void assertKept(int events) {
    String last = Integer.toString(events);
    Soon.holds("the last cursor is saved", () -> last.equals(saved()));
    lock.lock();
    try {
      assertEquals(List.of(), tooEarly);
      assertEquals(events + 1, done.nextClearBit(1));
      assertTrue(outOfOrder > 0, "Everything was done in order");
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
