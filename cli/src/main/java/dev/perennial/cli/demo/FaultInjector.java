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

  private final List<FaultPlan.PlannedFault> faults;
  private final FakeStreamServer server;
  private final ChaosProxy proxy;
  private final DemoObserver observer;
  private final DeliveryAudit audit;
  private final DemoProgress progress;
  private final BooleanSupplier isStopped;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Map<FaultKind, Integer> injected = new EnumMap<>(FaultKind.class);
  private long nextPosition;

  FaultInjector(
      FaultPlan plan,
      FakeStreamServer server,
      ChaosProxy proxy,
      DemoObserver observer,
      DeliveryAudit audit,
      DemoProgress progress,
      BooleanSupplier isStopped) {
    this.faults = plan.faults();
    this.server = server;
    this.proxy = proxy;
    this.observer = observer;
    this.audit = audit;
    this.progress = progress;
    this.isStopped = isStopped;
    this.nextPosition = positionOf(0);
  }

  /** Commits all faults, unless it is stopped before. */
  void run() throws IOException {
    for (int i = 0; i < faults.size() && !isStopped.getAsBoolean(); i++) {
      FaultPlan.PlannedFault fault = faults.get(i);
      awaitReady(fault);
      DemoObserver.Stats before = observer.seen();
      long position = audit.highest();
      commit(fault, before);
      count(fault, positionOf(i + 1));
      awaitSettled(before);
      progress.injected(fault, position, before, observer.seen());
    }
  }

  private long positionOf(int index) {
    return index < faults.size() ? faults.get(index).position() : Long.MAX_VALUE;
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

  private void count(FaultPlan.PlannedFault fault, long newNextPosition) {
    lock.lock();
    try {
      injected.merge(fault.kind(), 1, Integer::sum);
      if (fault.faults() > 1) {
        injected.merge(FaultKind.TORN, fault.faults() - 1, Integer::sum);
      }
      nextPosition = newNextPosition;
    } finally {
      lock.unlock();
    }
  }

  // ---- The faults ----

  private void commit(FaultPlan.PlannedFault fault, DemoObserver.Stats before) throws IOException {
    switch (fault.kind()) {
      case RESET -> cut(() -> proxy.cutAll(Cut.RST), fault, before);
      case CLOSE -> cut(() -> proxy.cutAll(Cut.FIN), fault, before);
      case HALF_CLOSE -> cut(() -> proxy.cutAll(Cut.HALF_CLOSE), fault, before);
      case END -> cut(server::endAll, fault, before);
      case UNAVAILABLE -> answerUnavailable(fault, before);
      case REFUSED -> refuse(fault, before);
      case STALL -> stall(before);
      case STUTTER -> stutter(fault);
      case TRICKLE -> trickle(fault);
      case TORN -> throw new IllegalStateException("A torn answer follows another fault");
    }
  }

  private void cut(Runnable cut, FaultPlan.PlannedFault fault, DemoObserver.Stats before) {
    for (int bytes : fault.tornAfterBytes()) {
      proxy.cutNext(Direction.TO_CLIENT, bytes, bytes % 2 == 0 ? Cut.RST : Cut.FIN);
    }
    cut.run();
    awaitEffect(fault.kind(), () -> observer.seen().ended() >= before.ended() + fault.faults());
  }

  private void answerUnavailable(FaultPlan.PlannedFault fault, DemoObserver.Stats before) {
    for (int i = 0; i < fault.amount(); i++) {
      server.answerNext(503, List.of(), "Back in a moment\n");
    }
    server.cutAll(Cut.FIN);
    awaitFailedAttempts(fault, before);
  }

  private void refuse(FaultPlan.PlannedFault fault, DemoObserver.Stats before) throws IOException {
    proxy.down();
    try {
      awaitFailedAttempts(fault, before);
    } finally {
      proxy.up();
    }
  }

  private void awaitFailedAttempts(FaultPlan.PlannedFault fault, DemoObserver.Stats before) {
    awaitEffect(
        fault.kind(),
        () -> observer.seen().failedAttempts() >= before.failedAttempts() + fault.amount());
  }

  private void stall(DemoObserver.Stats before) {
    proxy.freeze();
    try {
      awaitEffect(FaultKind.STALL, () -> observer.seen().ended() > before.ended());
    } finally {
      proxy.thaw();
    }
  }

  private void stutter(FaultPlan.PlannedFault fault) {
    proxy.freeze();
    pause(fault.amount());
    proxy.thaw();
  }

  private void trickle(FaultPlan.PlannedFault fault) {
    proxy.slice(Direction.TO_CLIENT, TRICKLE_BYTES, Duration.ZERO);
    pause(fault.amount());
    proxy.calm();
  }

  // ---- Waiting ----

  /**
   * Waits until the strike's event was delivered, on a connection that has brought news for so long
   * that reconnecting counts as a success: a server that is cut more often than that is in trouble,
   * and the backoff would treat it so.
   */
  private void awaitReady(FaultPlan.PlannedFault fault) {
    await(() -> audit.highest() >= fault.position());
    await(
        () -> {
          DemoObserver.Stats seen = observer.seen();
          long openNanos = System.nanoTime() - seen.openedNanos();
          long neededNanos = DemoRun.progressNanosThatReset(seen.attempt());
          boolean hasNews = audit.lastNanos() - seen.openedNanos() >= neededNanos;
          return seen.isOpen() && (hasNews || openNanos >= neededNanos + PATIENCE_NANOS);
        });
  }

  /** Waits until the stream goes on. */
  private void awaitSettled(DemoObserver.Stats before) {
    await(
        () -> {
          DemoObserver.Stats seen = observer.seen();
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
