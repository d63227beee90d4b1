package dev.perennial.conformance.remote;

import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.ClientUnderTest.Following;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.scenario.ScenarioConsumer.ConsumerFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A stream that a client in another process follows. Any thread may call it. */
final class RemoteStream implements Following {
  /** How long a client may take to close a stream. */
  static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  // Final.
  private final int number;
  private final Instructions instructions;
  private final ClientReport report;
  private final Consumer<? super RemoteStream> stopper;
  private final ReentrantLock observing = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private boolean isTaken;
  private boolean isStopAsked;
  private boolean isStopped;
  private boolean isOver;
  private @Nullable Result result; // Null until the scenario was judged.

  /**
   * Creates a stream that the client has not fetched.
   *
   * @param stopper called once, when the client must close the stream
   */
  RemoteStream(
      int number,
      Instructions instructions,
      ClientReport report,
      Consumer<? super RemoteStream> stopper) {
    this.number = number;
    this.instructions = instructions;
    this.report = report;
    this.stopper = stopper;
  }

  int number() {
    return number;
  }

  Instructions instructions() {
    return instructions;
  }

  /** Returns the key of the scenario, such as {@code resume-02/sse}. */
  String scenario() {
    return instructions.rule().id() + "/" + instructions.protocol().label();
  }

  // ---- The kit's side ----

  /** Waits until the client has fetched the stream, and returns whether it has. */
  boolean awaitTaken(Duration limit) throws InterruptedException {
    return await(() -> isTaken || isOver, limit) && !isOver();
  }

  /**
   * Asks the client to close the stream, and waits until it has. Does not wait within a report,
   * since the client waits for the answer to it.
   */
  @Override
  public void close() throws IOException {
    if (askToStop()) {
      stopper.accept(this);
    }
    if (observing.isHeldByCurrentThread()) {
      return;
    }
    try {
      if (!await(() -> isStopped || isOver, CLOSE_LIMIT)) {
        throw new IOException("The client did not say within 5 s that it had closed the stream");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether this is the first call, and the stream is open. */
  private boolean askToStop() {
    lock.lock();
    try {
      boolean isNews = !isStopAsked && !isStopped && !isOver;
      isStopAsked = true;
      return isNews;
    } finally {
      lock.unlock();
    }
  }

  /** Passes on the verdict of the scenario. */
  void judged(Result verdict) {
    change(() -> result = verdict);
  }

  /** Ends all waits: the client is gone, or another stream continues the scenario. */
  void over() {
    change(() -> isOver = true);
  }

  // ---- The client's side ----

  void taken() {
    change(() -> isTaken = true);
  }

  /** Passes on what the client saw, in order, and returns whether it must close the stream. */
  boolean observe(List<Consumer<ClientReport>> observations) {
    observing.lock();
    try {
      for (Consumer<ClientReport> observation : observations) {
        try {
          observation.accept(report);
        } catch (ConsumerFailedException e) {
          // Recorded. The instructions have the client's own handler fail at this event.
        }
      }
    } finally {
      observing.unlock();
    }
    return isStopAsked();
  }

  /** Notes that the client has closed the stream, and waits for the verdict; null without one. */
  @Nullable Result stopped(Duration limit) throws InterruptedException {
    change(() -> isStopped = true);
    await(() -> result != null || isOver, limit);
    lock.lock();
    try {
      return result;
    } finally {
      lock.unlock();
    }
  }

  boolean isStopAsked() {
    lock.lock();
    try {
      return isStopAsked || isOver;
    } finally {
      lock.unlock();
    }
  }

  boolean isStopped() {
    lock.lock();
    try {
      return isStopped || isOver;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    lock.lock();
    try {
      return isOver;
    } finally {
      lock.unlock();
    }
  }

  // ---- Waiting ----

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
