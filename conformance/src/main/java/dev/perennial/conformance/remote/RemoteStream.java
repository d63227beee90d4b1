package dev.perennial.conformance.remote;

import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.ClientUnderTest.Following;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.scenario.ScenarioConsumer.ConsumerFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A stream that a client in another process follows. Any thread may call it. */
final class RemoteStream implements Following {
  /** How long a client may take to close a stream. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final int number;
  private final Instructions instructions;
  private final ClientReport report;
  private final Consumer<? super RemoteStream> stopper;

  /** Held while observations are passed on, so that they stay in order. */
  private final ReentrantLock observing = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final Set<Milestone> reached = EnumSet.noneOf(Milestone.class);

  // Null until the scenario was judged.
  private @Nullable Result result;

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

  private enum Milestone {
    /** The client has fetched the stream. */
    TAKEN,
    /** The kit has asked the client to close the stream. */
    STOP_ASKED,
    /** The client has closed the stream. */
    STOPPED,
    /** The scenario was judged. */
    JUDGED,
    /** The client is gone, or another stream continues the scenario. Ends all waits. */
    OVER
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

  // ---- For the kit ----

  /** Waits until the client has fetched the stream, and returns whether it has. */
  boolean awaitTaken(Duration limit) throws InterruptedException {
    return await(Milestone.TAKEN, limit) && !has(Milestone.OVER);
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
      if (!await(Milestone.STOPPED, CLOSE_LIMIT)) {
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
      boolean isClosed = reached.contains(Milestone.STOPPED) || reached.contains(Milestone.OVER);
      return reached.add(Milestone.STOP_ASKED) && !isClosed;
    } finally {
      lock.unlock();
    }
  }

  /** Passes on the verdict of the scenario. */
  void judged(Result verdict) {
    lock.lock();
    try {
      result = verdict;
      reach(Milestone.JUDGED);
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waits: the client is gone, or another stream continues the scenario. */
  void over() {
    reach(Milestone.OVER);
  }

  // ---- For the client ----

  void taken() {
    reach(Milestone.TAKEN);
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
    reach(Milestone.STOPPED);
    boolean unused = await(Milestone.JUDGED, limit);
    lock.lock();
    try {
      return result;
    } finally {
      lock.unlock();
    }
  }

  boolean isStopAsked() {
    return has(Milestone.STOP_ASKED) || has(Milestone.OVER);
  }

  boolean isStopped() {
    return has(Milestone.STOPPED) || has(Milestone.OVER);
  }

  // ---- Milestones ----

  private void reach(Milestone milestone) {
    lock.lock();
    try {
      reached.add(milestone);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean has(Milestone milestone) {
    lock.lock();
    try {
      return reached.contains(milestone);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a milestone, or the end of all waits; returns false after the limit. */
  private boolean await(Milestone milestone, Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (!reached.contains(milestone) && !reached.contains(Milestone.OVER)) {
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
