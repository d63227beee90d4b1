package dev.perennial.examples;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamSubscription;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

// region fan-out
/**
 * One subscription for many consumers. Each has a bounded queue of its own: who does not read is
 * left behind when it is full, and learns of it. No other one waits.
 */
final class FanOut<T> implements StreamListener<T>, AutoCloseable {
  private final List<Branch<T>> branches = new CopyOnWriteArrayList<>();
  private final StreamSubscription upstream;

  FanOut(EventStream<T> stream) {
    upstream = stream.subscribe(this);
  }

  /** Starts with the next event. */
  Branch<T> branch(int capacity) {
    Branch<T> branch = new Branch<>(capacity);
    branches.add(branch);
    return branch;
  }

  @Override
  public void onEvent(Event<T> event) {
    branches.removeIf(branch -> !branch.offer(event));
  }

  @Override
  public void onClosed(@Nullable StreamException failure) {
    branches.forEach(branch -> branch.end(failure));
  }

  @Override
  public void close() {
    upstream.close();
    branches.forEach(branch -> branch.end(null));
  }

  /** What one consumer reads. */
  static final class Branch<T> {
    private final int capacity;
    private final Queue<Event<T>> queue = new ArrayDeque<>();
    private @Nullable RuntimeException failure; // Null unless it did not end well.
    private boolean hasEnded;

    private Branch(int capacity) {
      this.capacity = capacity;
    }

    /** Waits for the next event; null at the end of the stream. */
    synchronized @Nullable Event<T> take() throws InterruptedException {
      while (queue.isEmpty() && !hasEnded) {
        wait();
      }
      if (queue.isEmpty() && failure != null) {
        throw failure;
      }
      return queue.poll();
    }

    private synchronized boolean offer(Event<T> event) {
      if (queue.size() < capacity) {
        queue.add(event);
        notifyAll();
      } else {
        end(new IllegalStateException("Left behind: " + capacity + " events were not read"));
      }
      return !hasEnded;
    }

    private synchronized void end(@Nullable RuntimeException reason) {
      failure = hasEnded ? failure : reason;
      hasEnded = true;
      notifyAll();
    }
  }
}
// endregion
