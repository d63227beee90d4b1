package dev.perennial.websocket;

import dev.perennial.spi.Timekeeper;
import java.util.concurrent.locks.Condition;

/** Time that passes only when a test says so. */
final class FixedClock implements Timekeeper {
  private long now;

  void pass(long nanos) {
    now += nanos;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public boolean await(Condition condition, long nanos) {
    throw new UnsupportedOperationException("Expected no wait");
  }

  @Override
  public Timer schedule(Runnable task, long nanos) {
    throw new UnsupportedOperationException("Expected no timer");
  }
}
