package dev.perennial.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
 * What was really done, of events 1, 2, 3 and so on, and the store of a subscription at the same
 * time: each cursor that is saved is held against what was done by then.
 */
final class Ledger implements CursorStore, AutoCloseable {
  private static final int MOST_MICROS = 3_000;

  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(4);
  private final Map<String, CompletableFuture<Void>> held = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final BitSet done = new BitSet();
  private final List<String> tooEarly = new ArrayList<>();
  private int outOfOrder;
  private @Nullable String saved; // null until the first save

  // ---- The work ----

  /** Does the work of an event after a random while. */
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

  /** Does the work of an event within the call, which takes a random while. */
  String workNow(String event) {
    workLater(event).join();
    return event;
  }

  /** Begins the work of an event, which ends when it is {@linkplain #release released}. */
  CompletableFuture<Void> workUntilReleased(String event) {
    CompletableFuture<Void> ending = new CompletableFuture<>();
    held.put(event, ending);
    return ending;
  }

  /** Ends the work of events in this order, each as soon as it has begun. */
  void release(String... events) {
    for (String event : events) {
      Soon.holds("the work of " + event + " has begun", () -> held.containsKey(event));
      done(event);
      held.get(event).complete(null);
    }
  }

  /** The work of an event is done. */
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

  /** Holds a cursor against what is done by now. */
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

  // ---- What is to be seen ----

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

  /** All was done, not all in order, and no cursor was ever ahead; the last one is saved. */
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
