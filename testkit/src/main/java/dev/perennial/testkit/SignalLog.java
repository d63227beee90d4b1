package dev.perennial.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The signals that an {@link EventRecorder} received, and the rules that they broke. */
final class SignalLog {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition recorded = lock.newCondition();

  // Guarded by lock.
  private final List<Object> signals = new ArrayList<>();

  // Guarded by lock.
  private final Deque<Object> untaken = new ArrayDeque<>(); // Events, gaps and the end.

  // Guarded by lock.
  private final List<String> brokenRules = new ArrayList<>();

  // Guarded by lock.
  private @Nullable Thread inCallback; // Null while no callback runs.

  // Guarded by lock.
  private @Nullable Thread closer; // Null until the recorder was closed.

  // Guarded by lock.
  private boolean isSubscribed;

  // Guarded by lock.
  private boolean hasEnded;

  // Guarded by lock.
  private long requested;

  // Guarded by lock.
  private long received;

  /** How a signal is recorded. */
  enum Entry {
    SUBSCRIPTION,
    /** An event or a gap of a listener. */
    SIGNAL,
    /** An event or a gap of a subscriber, which must have requested it. */
    REQUESTED_SIGNAL,
    STATE,
    /** A state of a subscriber, which must have requested it. */
    REQUESTED_STATE,
    END
  }

  // ---- For the consumer ----

  /** Begins a callback, and records its signal. */
  void enter(Object signal, Entry entry) {
    Thread thread = Thread.currentThread();
    lock.lock();
    try {
      if (inCallback != null) {
        brokenRules.add(signal + " came within another callback, on " + thread);
      }
      if (hasEnded) {
        brokenRules.add(signal + " came after the end");
      }
      if (closer == thread) {
        brokenRules.add(signal + " came after close()");
      }
      inCallback = thread;
      record(signal, entry);
      recorded.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // Guarded by lock.
  private void record(Object signal, Entry entry) {
    if (entry == Entry.SUBSCRIPTION) {
      if (isSubscribed) {
        brokenRules.add("A second subscription came");
      }
      isSubscribed = true;
      return;
    }
    boolean isState = entry == Entry.STATE || entry == Entry.REQUESTED_STATE;
    if (entry == Entry.REQUESTED_SIGNAL || entry == Entry.REQUESTED_STATE) {
      received++;
      if (received > requested) {
        brokenRules.add(signal + " came though only " + requested + " were requested");
      }
    }
    if (!isState && !isSubscribed) {
      brokenRules.add(signal + " came before the subscription");
    }
    signals.add(signal);
    if (!isState) {
      untaken.add(signal);
    }
    hasEnded |= entry == Entry.END;
  }

  /** Ends a callback. */
  void leave() {
    lock.lock();
    try {
      inCallback = null;
    } finally {
      lock.unlock();
    }
  }

  void requested(long count) {
    lock.lock();
    try {
      requested = count > Long.MAX_VALUE - requested ? Long.MAX_VALUE : requested + count;
    } finally {
      lock.unlock();
    }
  }

  /** Forbids any further callback on this thread. */
  void closed() {
    lock.lock();
    try {
      closer = Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }

  // ---- For the test ----

  /** Takes the next signal, and waits for it for at most {@code patience}. */
  Object take(Duration patience, String expected) {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (untaken.isEmpty() && left > 0) {
        left = recorded.awaitNanos(left);
      }
      throwIfRuleBroken();
      Object next = untaken.poll();
      if (next == null) {
        throw new AssertionError("Expected " + expected + " but was nothing after " + signals);
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while waiting for " + expected, e);
    } finally {
      lock.unlock();
    }
  }

  List<Object> signals() {
    lock.lock();
    try {
      throwIfRuleBroken();
      return List.copyOf(signals);
    } finally {
      lock.unlock();
    }
  }

  void assertExhausted() {
    lock.lock();
    try {
      throwIfRuleBroken();
      if (!untaken.isEmpty()) {
        throw new AssertionError("Expected nothing more but were " + untaken);
      }
    } finally {
      lock.unlock();
    }
  }

  // Guarded by lock.
  private void throwIfRuleBroken() {
    if (!brokenRules.isEmpty()) {
      throw new AssertionError("Rules were broken: " + brokenRules);
    }
  }
}
