package dev.perennial.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What an {@link EventRecorder} was told, and which rules were broken by it. */
final class SignalLog {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition recorded = lock.newCondition();

  // Guarded by lock.
  private final List<Object> signals = new ArrayList<>();
  private final Deque<Object> untaken = new ArrayDeque<>(); // Events, gaps and the end.
  private final List<String> brokenRules = new ArrayList<>();
  private @Nullable Thread inCallback; // Null while no callback runs.
  private @Nullable Thread closer; // Null until the recorder was closed.
  private boolean isSubscribed;
  private boolean hasEnded;
  private long requested;
  private long received;

  // ---- The consumer's side ----

  /** A callback begins; {@code note} runs with the lock held. */
  void enter(Object signal, Runnable note) {
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
      note.run();
      recorded.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      inCallback = null;
    } finally {
      lock.unlock();
    }
  }

  void subscribed() {
    if (isSubscribed) {
      brokenRules.add("A second subscription came");
    }
    isSubscribed = true;
  }

  /** An event, a gap or the end. */
  void signal(Object signal) {
    if (!isSubscribed) {
      brokenRules.add(signal + " came before the subscription");
    }
    signals.add(signal);
    untaken.add(signal);
  }

  /** An event or a gap to a subscriber, who has to have asked for it. */
  void requestedSignal(Object signal) {
    spend(signal);
    signal(signal);
  }

  /** A state to a subscriber, who has to have asked for it. */
  void requestedState(Object state) {
    spend(state);
    state(state);
  }

  private void spend(Object signal) {
    received++;
    if (received > requested) {
      brokenRules.add(signal + " came though only " + requested + " were requested");
    }
  }

  void state(Object state) {
    signals.add(state);
  }

  void end(Object end) {
    signal(end);
    hasEnded = true;
  }

  void requested(long count) {
    lock.lock();
    try {
      requested = count > Long.MAX_VALUE - requested ? Long.MAX_VALUE : requested + count;
    } finally {
      lock.unlock();
    }
  }

  /** No callback may begin on this thread any more. */
  void closed() {
    lock.lock();
    try {
      closer = Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }

  // ---- The test's side ----

  /** Returns the next one that was not taken, after a wait at most as long as {@code patience}. */
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

  private void throwIfRuleBroken() {
    if (!brokenRules.isEmpty()) {
      throw new AssertionError("Rules were broken: " + brokenRules);
    }
  }
}
