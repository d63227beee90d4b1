package dev.perennial.cli.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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

/** Injects the faults of a plan, one after the other, each into a connection that works. */
final class FaultInjector {
  private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  /** How long the client may take to notice a fault. */
  private static final long EFFECT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long to wait for a new event on a working connection before the fault comes anyway. */
  private static final long EVENT_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** By then a resumed connection has delivered its first event, if there is one. */
  private static final long FIRST_EVENT_NANOS = TimeUnit.MILLISECONDS.toNanos(15);

  private static final int TRICKLE_BYTES = 40;

  private final List<PlannedFault> faults;
  private final FakeStreamServer server;
  private final ChaosProxy proxy;
  private final DemoObserver observer;
  private final DeliveryAudit audit;
  private final DemoProgress progress;
  private final BooleanSupplier isStopped;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<FaultKind, Integer> injected = new EnumMap<>(FaultKind.class);

  @GuardedBy("lock")
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

  /** Injects all faults, or until it is stopped. */
  void run() throws IOException {
    for (int i = 0; i < faults.size() && !isStopped.getAsBoolean(); i++) {
      PlannedFault fault = faults.get(i);
      awaitReady(fault);
      SubscriptionStats before = observer.stats();
      long position = audit.highest();
      inject(fault, before);
      count(fault, positionOf(i + 1));
      awaitRecovered(before);
      progress.injected(fault, position, before, observer.stats());
    }
  }

  private long positionOf(int index) {
    return index < faults.size() ? faults.get(index).position() : Long.MAX_VALUE;
  }

  /** The event after which the next fault comes; {@link Long#MAX_VALUE} after the last fault. */
  long nextPosition() {
    lock.lock();
    try {
      return nextPosition;
    } finally {
      lock.unlock();
    }
  }

  /** How many faults of each kind were injected so far. */
  Map<FaultKind, Integer> injected() {
    lock.lock();
    try {
      return new EnumMap<>(injected);
    } finally {
      lock.unlock();
    }
  }

  private void count(PlannedFault fault, long newNextPosition) {
    lock.lock();
    try {
      injected.merge(fault.kind(), 1, Integer::sum);
      if (fault.count() > 1) {
        injected.merge(FaultKind.TRUNCATED, fault.count() - 1, Integer::sum);
      }
      nextPosition = newNextPosition;
    } finally {
      lock.unlock();
    }
  }

  // ---- The faults ----

  private void inject(PlannedFault fault, SubscriptionStats before) throws IOException {
    switch (fault.kind()) {
      case RESET -> disconnect(() -> proxy.cutAll(Cut.RST), fault, before);
      case CLOSE -> disconnect(() -> proxy.cutAll(Cut.FIN), fault, before);
      case HALF_CLOSE -> disconnect(() -> proxy.cutAll(Cut.HALF_CLOSE), fault, before);
      case END -> disconnect(server::endAll, fault, before);
      case UNAVAILABLE -> answerUnavailable(fault, before);
      case REFUSED -> refuseConnections(fault, before);
      case STALL -> stall(before);
      case PAUSE -> pause(fault);
      case TRICKLE -> trickle(fault);
      case TRUNCATED ->
          throw new IllegalStateException("A truncated response must follow another fault");
    }
  }

  private void disconnect(Runnable cut, PlannedFault fault, SubscriptionStats before) {
    for (int bytes : fault.truncatedAfterBytes()) {
      proxy.cutNext(Direction.TO_CLIENT, bytes, bytes % 2 == 0 ? Cut.RST : Cut.FIN);
    }
    cut.run();
    awaitEffect(fault.kind(), () -> observer.stats().ended() >= before.ended() + fault.count());
  }

  private void answerUnavailable(PlannedFault fault, SubscriptionStats before) {
    for (int i = 0; i < fault.amount(); i++) {
      server.answerNext(503, List.of(), "Back in a moment\n");
    }
    server.cutAll(Cut.FIN);
    awaitFailedAttempts(fault, before);
  }

  private void refuseConnections(PlannedFault fault, SubscriptionStats before) throws IOException {
    proxy.down();
    try {
      awaitFailedAttempts(fault, before);
    } finally {
      proxy.up();
    }
  }

  private void awaitFailedAttempts(PlannedFault fault, SubscriptionStats before) {
    awaitEffect(
        fault.kind(),
        () -> observer.stats().failedAttempts() >= before.failedAttempts() + fault.amount());
  }

  private void stall(SubscriptionStats before) {
    proxy.freeze();
    try {
      awaitEffect(FaultKind.STALL, () -> observer.stats().ended() > before.ended());
    } finally {
      proxy.thaw();
    }
  }

  private void pause(PlannedFault fault) {
    proxy.freeze();
    sleep(fault.amount());
    proxy.thaw();
  }

  private void trickle(PlannedFault fault) {
    proxy.slice(Direction.TO_CLIENT, TRICKLE_BYTES, Duration.ZERO);
    sleep(fault.amount());
    proxy.calm();
  }

  // ---- Waiting ----

  /**
   * Waits until the event of the fault was delivered, on a connection that has delivered events for
   * long enough to reset the backoff. With more frequent faults the backoff would grow, as it
   * should for a server in trouble.
   */
  private void awaitReady(PlannedFault fault) {
    await(() -> audit.highest() >= fault.position());
    await(
        () -> {
          SubscriptionStats stats = observer.stats();
          long openNanos = System.nanoTime() - stats.openedNanos();
          long neededNanos = DemoRetry.resetAfterNanos(stats.attempt());
          boolean hasEvents = audit.lastNanos() - stats.openedNanos() >= neededNanos;
          return stats.isOpen() && (hasEvents || openNanos >= neededNanos + EVENT_WAIT_NANOS);
        });
  }

  /** Waits until the stream continues. */
  private void awaitRecovered(SubscriptionStats before) {
    await(
        () -> {
          SubscriptionStats stats = observer.stats();
          boolean hasEvents = audit.lastNanos() - stats.openedNanos() > 0;
          boolean isOpenLong = System.nanoTime() - stats.openedNanos() > FIRST_EVENT_NANOS;
          boolean isSameConnection = stats.ended() == before.ended();
          return stats.isOpen() && (isSameConnection || hasEvents || isOpenLong);
        });
  }

  private void awaitEffect(FaultKind kind, BooleanSupplier effect) {
    long startNanos = System.nanoTime();
    await(() -> effect.getAsBoolean() || System.nanoTime() - startNanos > EFFECT_TIMEOUT_NANOS);
    if (!effect.getAsBoolean() && !isStopped.getAsBoolean()) {
      throw new IllegalStateException("The client did not notice the fault: " + kind.singular());
    }
  }

  private void sleep(int millis) {
    long startNanos = System.nanoTime();
    await(() -> System.nanoTime() - startNanos >= TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** Polls until the condition holds, or until it is stopped. */
  private void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean() && !isStopped.getAsBoolean()) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
