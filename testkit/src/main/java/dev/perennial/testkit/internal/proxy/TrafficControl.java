package dev.perennial.testkit.internal.proxy;

import dev.perennial.testkit.Direction;
import dev.perennial.testkit.internal.RealTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** What the pumps of a proxy obey, and where they wait. */
public final class TrafficControl {

  // Final.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final Map<Direction, TrafficShaping> shapes = new EnumMap<>(Direction.class);
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

  /** Lets pumps look again at what they wait for. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits while the proxy is frozen, but not when the connection has closed. */
  void awaitThawed(BooleanSupplier closed) throws InterruptedException {
    lock.lock();
    try {
      RealTime.await(changed, Long.MAX_VALUE, () -> !frozen || closed.getAsBoolean());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for so long, or until the direction's shape is not the one that asks for the wait any
   * more, or the connection has closed.
   */
  void pause(Direction direction, TrafficShaping cause, long nanos, BooleanSupplier closed)
      throws InterruptedException {
    if (nanos <= 0) {
      return;
    }
    lock.lock();
    try {
      RealTime.await(
          changed, nanos, () -> !shape(direction).equals(cause) || closed.getAsBoolean());
    } finally {
      lock.unlock();
    }
  }
}
