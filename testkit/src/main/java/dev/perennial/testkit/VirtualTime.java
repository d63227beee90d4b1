package dev.perennial.testkit;

import dev.perennial.StreamRuntime;
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
 * Time that passes only when everything waits: the clock, the timer, the executors and the test's
 * own actions, all on the thread that made it. An hour of reconnecting takes a millisecond, and a
 * run repeats exactly.
 *
 * <pre>{@code
 * VirtualTime time = VirtualTime.create();
 * StreamSubscription subscription = stream.withRuntime(time.runtime()).subscribe(listener);
 * time.at(Duration.ofMinutes(5), subscription::close);
 * time.run();
 * }</pre>
 *
 * <p>What falls due at the same instant runs in the order in which it was scheduled. An action that
 * throws fails the test: {@link #run()} throws what it threw, whatever the code under test made of
 * it. Actions run within the waits of the code under test, as if by another thread; so one live
 * subscription at a time fits on the thread, and an action that blocks holds all others up.
 *
 * @since 0.1.0
 */
public final class VirtualTime implements Timekeeper {
  private static final String SEED = "perennial.seed";

  /** The clock overflows 12.345 s after the start, to catch readings that are compared. */
  private static final long ORIGIN = Long.MAX_VALUE - 12_345_000_000L;

  private final Thread owner = Thread.currentThread();
  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private final long seed;
  private final StreamRuntime runtime;

  private long elapsedNanos;
  private long scheduled;
  private boolean isRunning;
  private @Nullable Throwable failure; // The first one; null until something failed.

  private VirtualTime(long seed) {
    this.seed = seed;
    this.runtime =
        StreamRuntime.builder()
            .timekeeper(this)
            .executor(executor())
            .helpers(executor())
            .random(new Random(seed))
            .build();
  }

  /** Something for the test to do. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  /**
   * Time that starts now, with a seed of its own for {@link #runtime()}; the system property {@code
   * perennial.seed} sets it, to repeat a run that failed.
   */
  public static VirtualTime create() {
    Long asked = Long.getLong(SEED);
    return seeded(asked != null ? asked : new Random().nextInt(1_000_000_000));
  }

  /** Time that starts now, with this seed for {@link #runtime()}. */
  public static VirtualTime seeded(long seed) {
    return new VirtualTime(seed);
  }

  /** The seed of {@link #runtime()}. */
  public long seed() {
    return seed;
  }

  /** A runtime on this time: engines run in {@link #run()}, jitter comes from the seed. */
  public StreamRuntime runtime() {
    return runtime;
  }

  /**
   * Runs each task as an action that is due at once, for engines and for delivery. A task that
   * waits does so in virtual time, within {@link #run()}.
   */
  public Executor executor() {
    return task -> push(Due.Kind.ACTION, 0, "task " + task, task::run);
  }

  // ---- The test ----

  /** Runs {@code action} this long after the start. */
  public void at(Duration sinceStart, Action action) {
    long nanos = sinceStart.toNanos() - elapsedNanos;
    if (nanos < 0) {
      throw new IllegalArgumentException(
          "sinceStart must not be in the past but was " + sinceStart + " at " + elapsed());
    }
    push(Due.Kind.ACTION, nanos, "action at " + sinceStart, action);
  }

  /** Runs {@code action} this long from now. */
  public void after(Duration fromNow, Action action) {
    push(Due.Kind.ACTION, fromNow.toNanos(), "action after " + fromNow, action);
  }

  /**
   * Runs tasks and actions until none is left. Timers that nobody waits for any more stay behind,
   * to be counted by {@link #pendingTimers()}.
   *
   * @throws IllegalStateException when the code under test waits for something that cannot happen
   */
  public void run() {
    requireOwner();
    if (isRunning) {
      throw new IllegalStateException("run() must not be called by an action");
    }
    isRunning = true;
    try {
      while (failure == null && queue.stream().anyMatch(due -> due.kind == Due.Kind.ACTION)) {
        runNext();
      }
    } finally {
      isRunning = false;
    }
    throwFailure();
  }

  /** How much time has passed since the start. */
  public Duration elapsed() {
    return Duration.ofNanos(elapsedNanos);
  }

  /** How many timers wait for their time. */
  public int pendingTimers() {
    return (int) queue.stream().filter(due -> due.kind == Due.Kind.TIMER).count();
  }

  /**
   * The thread is busy or starved for this long, as in a long garbage collection: all that falls
   * due meanwhile runs late.
   */
  public void stall(Duration time) {
    elapsedNanos = Math.addExact(elapsedNanos, time.toNanos());
  }

  /**
   * The device sleeps for this long: the clock goes on, and every wait and timer stands still, as
   * on a system whose waits do not count deep sleep. What the world does goes on, too.
   */
  public void suspend(Duration time) {
    List<Due> frozen = queue.stream().filter(Due::standsStillInSleep).toList();
    queue.removeAll(frozen);
    for (Due due : frozen) {
      due.atNanos = Math.addExact(due.atNanos, time.toNanos());
    }
    queue.addAll(frozen);
    stall(time);
  }

  // ---- Transports, and slow consumers ----

  /** Lets time pass, as something slow would, and runs what falls due. */
  public void pass(Duration time) {
    pass(time, () -> false);
  }

  /**
   * Waits as a transport does: runs what falls due until the condition holds or the time has
   * passed.
   *
   * @return whether the condition holds
   */
  public boolean pass(Duration time, BooleanSupplier until) {
    Due end = push(Due.Kind.WAIT, time.toNanos(), "wait of " + time, () -> {});
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
   * Waits as a transport does that knows no limit.
   *
   * @throws IllegalStateException when nothing is left that could make the condition hold
   */
  public void passUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      runNext();
    }
  }

  /**
   * Waits for something of the world's, which arrives even while the device sleeps. What arrives at
   * the very end of the limit is too late.
   *
   * @return false when the limit was reached
   */
  boolean passUntilArrival(long limitNanos, long arrivesInNanos, BooleanSupplier until) {
    Due end = push(Due.Kind.WAIT, limitNanos, "read", () -> {});
    Due arrival = push(Due.Kind.ARRIVAL, arrivesInNanos, "arrival", () -> {});
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

  /** A reading that overflows soon after the start, since only differences mean anything. */
  @Override
  public long nanoTime() {
    return ORIGIN + elapsedNanos;
  }

  /**
   * Runs the next thing that falls due within the time and returns true, as a wait may end for no
   * reason; or advances to the end of the time and returns false.
   *
   * @throws IllegalStateException when there is no limit and nothing left to happen
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
    Due end = push(Due.Kind.WAIT, nanos, "wait of " + Duration.ofNanos(nanos), () -> {});
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
    Due timer = push(Due.Kind.TIMER, nanos, "timer of " + Duration.ofNanos(nanos), task::run);
    return () -> queue.remove(timer);
  }

  // ---- The queue ----

  private Due push(Due.Kind kind, long nanos, String name, Action action) {
    requireOwner();
    long at = nanos > Long.MAX_VALUE - elapsedNanos ? Long.MAX_VALUE : elapsedNanos + nanos;
    Due due = new Due(kind, Math.max(at, elapsedNanos), scheduled++, name, action);
    queue.add(due);
    return due;
  }

  private void runNext() {
    throwFailure();
    Due next = queue.poll();
    if (next == null) {
      throw stuck();
    }
    elapsedNanos = Math.max(elapsedNanos, next.atNanos);
    next.hasRun = true;
    perform(next.action);
  }

  private IllegalStateException stuck() {
    String message = "Stuck at " + elapsed() + ": something waits, and nothing is left to happen";
    IllegalStateException stuck = new IllegalStateException(message);
    failure = stuck;
    return stuck;
  }

  /** Runs an action of the test's at once. */
  void perform(Action action) {
    try {
      action.run();
    } catch (Throwable thrown) {
      fail(thrown);
    }
  }

  /** Fails the test: throws what failed first, now and from every wait. */
  void fail(Throwable thrown) {
    failure = failure == null ? thrown : failure;
    throwFailure();
  }

  /** Once something has failed, every wait throws it, so that the test comes to its end. */
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
