package dev.perennial.testkit;

import dev.perennial.StreamRuntime;
import dev.perennial.spi.StreamLog;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when everything waits. The clock, the timer, the executors and the test's
 * own actions run on the thread that created it. An hour of reconnects takes a millisecond, and
 * each run is the same.
 *
 * <pre>{@code
 * VirtualTime time = VirtualTime.create();
 * StreamSubscription subscription = stream.withRuntime(time.runtime()).subscribe(listener);
 * time.at(Duration.ofMinutes(5), subscription::close);
 * time.run();
 * }</pre>
 *
 * <p>Tasks that are due at the same time run in the order in which they were scheduled. An action
 * that throws fails the test: {@link #run()} throws its exception, whatever the code under test did
 * with it. Actions run within the waits of the code under test, as if on another thread. So only
 * one live subscription at a time fits on the thread, and an action that blocks delays all others.
 *
 * @since 0.1.0
 */
public final class VirtualTime implements Timekeeper {
  private static final String SEED = "perennial.seed";

  /** The clock overflows 12.345 s after the start, to catch readings that are compared. */
  private static final long ORIGIN = Long.MAX_VALUE - 12_345_000_000L;

  private final Thread owner = Thread.currentThread();
  private final PriorityQueue<ScheduledTask> queue = new PriorityQueue<>();
  private final long seed;
  private final StreamRuntime runtime;

  private long elapsedNanos;
  private long scheduled;
  private boolean isRunning;
  private @Nullable Throwable failure; // The first one; null before it.

  private VirtualTime(long seed) {
    this.seed = seed;
    this.runtime =
        StreamRuntime.builder()
            .timekeeper(this)
            .executor(executor())
            .helpers(executor())
            .random(new Random(seed))
            .log(StreamLog.none()) // A test of many failures would be hard to read.
            .build();
  }

  /** An action of the test. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  /**
   * Starts a virtual time with a random seed for {@link #runtime()}. The system property {@code
   * perennial.seed} sets the seed, to repeat a run that failed.
   */
  public static VirtualTime create() {
    Long asked = Long.getLong(SEED);
    return seeded(asked != null ? asked : new Random().nextInt(1_000_000_000));
  }

  /** Starts a virtual time with this seed for {@link #runtime()}. */
  public static VirtualTime seeded(long seed) {
    return new VirtualTime(seed);
  }

  /** Returns the seed of {@link #runtime()}. */
  public long seed() {
    return seed;
  }

  /**
   * Returns a runtime on this time: engines run in {@link #run()}, and the seed sets their jitter.
   */
  public StreamRuntime runtime() {
    return runtime;
  }

  /**
   * Returns an executor for engines and for delivery, which runs each task as an action that is due
   * at once. A task that waits does so in virtual time, within {@link #run()}.
   */
  public Executor executor() {
    return task -> push(ScheduledTask.Kind.ACTION, 0, "task " + task, task::run);
  }

  // ---- The test ----

  /** Runs an action at a time since the start. */
  public void at(Duration sinceStart, Action action) {
    long nanos = sinceStart.toNanos() - elapsedNanos;
    if (nanos < 0) {
      throw new IllegalArgumentException(
          "sinceStart must not be in the past but was " + sinceStart + " at " + elapsed());
    }
    push(ScheduledTask.Kind.ACTION, nanos, "action at " + sinceStart, action);
  }

  /** Runs an action after a time from now. */
  public void after(Duration fromNow, Action action) {
    push(ScheduledTask.Kind.ACTION, fromNow.toNanos(), "action after " + fromNow, action);
  }

  /**
   * Runs tasks and actions until none is left. {@link #pendingTimers()} counts the timers that
   * remain.
   *
   * @throws IllegalStateException if the code under test waits for something that cannot happen
   */
  public void run() {
    requireOwner();
    if (isRunning) {
      throw new IllegalStateException("run() must not be called by an action");
    }
    isRunning = true;
    try {
      while (failure == null
          && queue.stream().anyMatch(due -> due.kind == ScheduledTask.Kind.ACTION)) {
        runNext();
      }
    } finally {
      isRunning = false;
    }
    throwFailure();
  }

  /** Returns the time since the start. */
  public Duration elapsed() {
    return Duration.ofNanos(elapsedNanos);
  }

  /** Returns the number of pending timers. */
  public int pendingTimers() {
    return (int) queue.stream().filter(due -> due.kind == ScheduledTask.Kind.TIMER).count();
  }

  /**
   * Stalls the thread, as a long garbage collection does: tasks that are due meanwhile run late.
   */
  public void stall(Duration time) {
    elapsedNanos = Math.addExact(elapsedNanos, time.toNanos());
  }

  /**
   * Lets the device sleep: the clock continues, but waits and timers do not, as on a system whose
   * waits do not count deep sleep. Arriving bytes and the test's actions continue, too.
   */
  public void suspend(Duration time) {
    List<ScheduledTask> frozen = queue.stream().filter(ScheduledTask::pausesInDeepSleep).toList();
    queue.removeAll(frozen);
    for (ScheduledTask due : frozen) {
      due.atNanos = Math.addExact(due.atNanos, time.toNanos());
    }
    queue.addAll(frozen);
    stall(time);
  }

  // ---- Transports and slow consumers ----

  /** Lets time pass, like something slow, and runs the tasks that are due. */
  public void pass(Duration time) {
    pass(time, () -> false);
  }

  /**
   * Waits like a transport: runs the tasks that are due until a condition holds or a time has
   * passed.
   *
   * @return whether the condition holds
   */
  public boolean pass(Duration time, BooleanSupplier until) {
    ScheduledTask end = push(ScheduledTask.Kind.WAIT, time.toNanos(), "wait of " + time, () -> {});
    try {
      while (!end.hasRun && !until.getAsBoolean()) {
        runNext();
      }
      return until.getAsBoolean();
    } finally {
      queue.remove(end);
    }
  }

  /**
   * Waits like a transport without a limit.
   *
   * @throws IllegalStateException if no task is left that could make the condition hold
   */
  public void passUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      runNext();
    }
  }

  /**
   * Waits for bytes, which arrive even while the device sleeps. Bytes that arrive exactly at the
   * limit are too late.
   *
   * @return false if the limit was reached
   */
  boolean passUntilArrival(long limitNanos, long arrivesInNanos, BooleanSupplier until) {
    ScheduledTask end = push(ScheduledTask.Kind.WAIT, limitNanos, "read", () -> {});
    ScheduledTask arrival = push(ScheduledTask.Kind.ARRIVAL, arrivesInNanos, "arrival", () -> {});
    try {
      while (!end.hasRun && !until.getAsBoolean()) {
        runNext();
      }
      return !end.hasRun;
    } finally {
      queue.remove(end);
      queue.remove(arrival);
    }
  }

  // ---- Timekeeper ----

  /** Returns a reading that overflows soon after the start: only differences are meaningful. */
  @Override
  public long nanoTime() {
    return ORIGIN + elapsedNanos;
  }

  /**
   * Runs the next task that is due within the time and returns true, since a wait may end without a
   * reason. Otherwise advances to the end of the time and returns false.
   *
   * @throws IllegalStateException if there is no limit and no task left
   */
  @Override
  public boolean await(Condition condition, long nanos) throws InterruptedException {
    requireOwner();
    throwIfInterrupted();
    if (nanos == Long.MAX_VALUE) {
      runNext();
      throwIfInterrupted();
      return true;
    }
    ScheduledTask end =
        push(ScheduledTask.Kind.WAIT, nanos, "wait of " + Duration.ofNanos(nanos), () -> {});
    try {
      runNext();
    } finally {
      queue.remove(end);
    }
    throwIfInterrupted();
    return !end.hasRun;
  }

  @Override
  public Timer schedule(Runnable task, long nanos) {
    ScheduledTask timer =
        push(ScheduledTask.Kind.TIMER, nanos, "timer of " + Duration.ofNanos(nanos), task::run);
    return () -> queue.remove(timer);
  }

  // ---- The queue ----

  private ScheduledTask push(ScheduledTask.Kind kind, long nanos, String name, Action action) {
    requireOwner();
    long at = nanos > Long.MAX_VALUE - elapsedNanos ? Long.MAX_VALUE : elapsedNanos + nanos;
    ScheduledTask due =
        new ScheduledTask(
            kind,
            Math.max(at, elapsedNanos),
            scheduled++,
            name,
            () -> {
              action.run();
              return null;
            });
    queue.add(due);
    return due;
  }

  private void runNext() {
    throwFailure();
    ScheduledTask next = queue.poll();
    if (next == null) {
      throw stuck();
    }
    elapsedNanos = Math.max(elapsedNanos, next.atNanos);
    perform(next::run);
  }

  private IllegalStateException stuck() {
    String message = "Stuck at " + elapsed() + ": something waits, and nothing is left to happen";
    IllegalStateException stuck = new IllegalStateException(message);
    failure = stuck;
    return stuck;
  }

  /** Runs an action of the test now. */
  void perform(Action action) {
    try {
      action.run();
    } catch (Throwable thrown) {
      fail(thrown);
    }
  }

  /** Fails the test: throws the first failure, now and from every wait. */
  void fail(Throwable thrown) {
    failure = failure == null ? thrown : failure;
    throwFailure();
  }

  /** Throws the first failure, from every wait, so that the test ends. */
  private void throwFailure() {
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    } else if (failure instanceof Error error) {
      throw error;
    } else if (failure != null) {
      throw new IllegalStateException("An action failed at " + elapsed() + ": " + failure, failure);
    }
  }

  private static void throwIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private void requireOwner() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "Virtual time belongs to thread " + owner + " but was used by " + Thread.currentThread());
    }
  }

  @Override
  public String toString() {
    List<String> pending = new ArrayList<>();
    queue.stream().sorted().forEach(due -> pending.add(due.name));
    return "VirtualTime[" + elapsed() + ", seed " + seed + ", pending " + pending + "]";
  }
}
