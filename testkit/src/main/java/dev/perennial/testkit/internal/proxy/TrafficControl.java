package dev.perennial.testkit.internal.proxy;

import dev.perennial.testkit.Direction;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** The settings of a proxy, which its pipes follow and wait for. */
public final class TrafficControl {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final Map<Direction, TrafficShaping> shapes = new EnumMap<>(Direction.class);

  // Guarded by lock.
  private boolean frozen;

  public TrafficControl() {
    clear();
  }

  public void clear() {
    for (Direction direction : Direction.values()) {
      reshape(direction, shape -> TrafficShaping.CLEAR);
    }
  }

  public void reshape(Direction direction, UnaryOperator<TrafficShaping> change) {
    lock.lock();
    try {
      shapes.put(direction, change.apply(shapes.getOrDefault(direction, TrafficShaping.CLEAR)));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  TrafficShaping shape(Direction direction) {
    lock.lock();
    try {
      return shapes.getOrDefault(direction, TrafficShaping.CLEAR);
    } finally {
      lock.unlock();
    }
  }

  public void freeze() {
    setFrozen(true);
  }

  public void thaw() {
    setFrozen(false);
  }

  private void setFrozen(boolean value) {
    lock.lock();
    try {
      frozen = value;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets waiting pipes check their connection again. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits while the proxy is frozen and the connection is open. */
  void awaitThawed(BooleanSupplier closed) throws InterruptedException {
    lock.lock();
    try {
      while (frozen && !closed.getAsBoolean()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a time, or until the direction's shaping is no longer the one that causes the wait,
   * or the connection has closed.
   */
  void pause(Direction direction, TrafficShaping cause, long nanos, BooleanSupplier closed)
      throws InterruptedException {
    if (nanos <= 0) {
      return;
    }
    lock.lock();
    try {
      long left = nanos;
      while (shape(direction).equals(cause) && !closed.getAsBoolean() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
