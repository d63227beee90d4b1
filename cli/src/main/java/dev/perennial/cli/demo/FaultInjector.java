package dev.perennial.cli.demo;

import dev.perennial.testkit.ChaosProxy;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Direction;
import dev.perennial.testkit.FakeStreamServer;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Commits the faults of a plan, one strike after the other, each on a connection that works. */
final class FaultInjector {
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long TIMELY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long a connection that works may go without a new event before it is struck anyway. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A resumed connection has brought its first event by then, if there is one. */
  private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(15);

  private static final int TRICKLE_BYTES = 40;

  private final List<FaultPlan.Strike> strikes;
  private final FakeStreamServer server;
  private final ChaosProxy proxy;
  private final Watch watch;
  private final Audit audit;
  private final Story story;
  private final BooleanSupplier isStopped;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Map<FaultKind, Integer> injected = new EnumMap<>(FaultKind.class);
  private long nextPosition;

  FaultInjector(
      FaultPlan plan,
      FakeStreamServer server,
      ChaosProxy proxy,
      Watch watch,
      Audit audit,
      Story story,
      BooleanSupplier isStopped) {
    this.strikes = plan.strikes();
    this.server = server;
    this.proxy = proxy;
    this.watch = watch;
    this.audit = audit;
    this.story = story;
    this.isStopped = isStopped;
    this.nextPosition = positionOf(0);
  }

  /** Commits all faults, unless it is stopped before. */
  void run() throws IOException {
    for (int i = 0; i < strikes.size() && !isStopped.getAsBoolean(); i++) {
      FaultPlan.Strike strike = strikes.get(i);
      awaitReady(strike);
      Watch.Seen before = watch.seen();
      long position = audit.highest();
      commit(strike, before);
      count(strike, positionOf(i + 1));
      awaitSettled(before);
      story.struck(strike, position, before, watch.seen());
    }
  }

  private long positionOf(int index) {
    return index < strikes.size() ? strikes.get(index).position() : Long.MAX_VALUE;
  }

  /** The event after which the next strike comes; the largest number when none does. */
  long nextPosition() {
    lock.lock();
    try {
      return nextPosition;
    } finally {
      lock.unlock();
    }
  }

  Map<FaultKind, Integer> injected() {
    lock.lock();
    try {
      return new EnumMap<>(injected);
    } finally {
      lock.unlock();
    }
  }

  private void count(FaultPlan.Strike strike, long newNextPosition) {
    lock.lock();
    try {
      injected.merge(strike.kind(), 1, Integer::sum);
      if (strike.faults() > 1) {
        injected.merge(FaultKind.TORN, strike.faults() - 1, Integer::sum);
      }
      nextPosition = newNextPosition;
    } finally {
      lock.unlock();
    }
  }

  // ---- The faults ----

  private void commit(FaultPlan.Strike strike, Watch.Seen before) throws IOException {
    switch (strike.kind()) {
      case RESET -> cut(() -> proxy.cutAll(Cut.RST), strike, before);
      case CLOSE -> cut(() -> proxy.cutAll(Cut.FIN), strike, before);
      case HALF_CLOSE -> cut(() -> proxy.cutAll(Cut.HALF_CLOSE), strike, before);
      case END -> cut(server::endAll, strike, before);
      case UNAVAILABLE -> answerUnavailable(strike, before);
      case REFUSED -> refuse(strike, before);
      case STALL -> stall(before);
      case STUTTER -> stutter(strike);
      case TRICKLE -> trickle(strike);
      case TORN -> throw new IllegalStateException("A torn answer follows another fault");
    }
  }

  private void cut(Runnable cut, FaultPlan.Strike strike, Watch.Seen before) {
    for (int bytes : strike.tornAfterBytes()) {
      proxy.cutNext(Direction.TO_CLIENT, bytes, bytes % 2 == 0 ? Cut.RST : Cut.FIN);
    }
    cut.run();
    awaitEffect(strike.kind(), () -> watch.seen().ended() >= before.ended() + strike.faults());
  }

  private void answerUnavailable(FaultPlan.Strike strike, Watch.Seen before) {
    for (int i = 0; i < strike.amount(); i++) {
      server.answerNext(503, List.of(), "Back in a moment\n");
    }
    server.cutAll(Cut.FIN);
    awaitFailedAttempts(strike, before);
  }

  private void refuse(FaultPlan.Strike strike, Watch.Seen before) throws IOException {
    proxy.down();
    try {
      awaitFailedAttempts(strike, before);
    } finally {
      proxy.up();
    }
  }

  private void awaitFailedAttempts(FaultPlan.Strike strike, Watch.Seen before) {
    awaitEffect(
        strike.kind(),
        () -> watch.seen().failedAttempts() >= before.failedAttempts() + strike.amount());
  }

  private void stall(Watch.Seen before) {
    proxy.freeze();
    try {
      awaitEffect(FaultKind.STALL, () -> watch.seen().ended() > before.ended());
    } finally {
      proxy.thaw();
    }
  }

  private void stutter(FaultPlan.Strike strike) {
    proxy.freeze();
    pause(strike.amount());
    proxy.thaw();
  }

  private void trickle(FaultPlan.Strike strike) {
    proxy.slice(Direction.TO_CLIENT, TRICKLE_BYTES, Duration.ZERO);
    pause(strike.amount());
    proxy.calm();
  }

  // ---- Waiting ----

  /**
   * Waits until the strike's event was delivered, on a connection that has brought news for so long
   * that reconnecting counts as a success: a server that is cut more often than that is in trouble,
   * and the backoff would treat it so.
   */
  private void awaitReady(FaultPlan.Strike strike) {
    await(() -> audit.highest() >= strike.position());
    await(
        () -> {
          Watch.Seen seen = watch.seen();
          long openNanos = System.nanoTime() - seen.openedNanos();
          long neededNanos = Demo.progressNanosThatReset(seen.attempt());
          boolean hasNews = audit.lastNanos() - seen.openedNanos() >= neededNanos;
          return seen.isOpen() && (hasNews || openNanos >= neededNanos + PATIENCE_NANOS);
        });
  }

  /** Waits until the stream goes on. */
  private void awaitSettled(Watch.Seen before) {
    await(
        () -> {
          Watch.Seen seen = watch.seen();
          boolean hasNews = audit.lastNanos() - seen.openedNanos() > 0;
          boolean isOpenLong = System.nanoTime() - seen.openedNanos() > SETTLED_NANOS;
          boolean isUntouched = seen.ended() == before.ended();
          return seen.isOpen() && (isUntouched || hasNews || isOpenLong);
        });
  }

  private void awaitEffect(FaultKind kind, BooleanSupplier effect) {
    long beganNanos = System.nanoTime();
    await(() -> effect.getAsBoolean() || System.nanoTime() - beganNanos > TIMELY_NANOS);
    if (!effect.getAsBoolean() && !isStopped.getAsBoolean()) {
      throw new IllegalStateException("The client did not notice the fault: " + kind.one());
    }
  }

  private void pause(int millis) {
    long beganNanos = System.nanoTime();
    await(() -> System.nanoTime() - beganNanos >= TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean() && !isStopped.getAsBoolean()) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
