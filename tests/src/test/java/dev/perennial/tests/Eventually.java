package dev.perennial.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread does without signalling it. */
public final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private Eventually() {}

  /**
   * Looks again and again until the condition holds, for 20 s at most.
   *
   * @throws AssertionError when it does not
   */
  public static void holds(String what, BooleanSupplier condition) {
    long beganNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(
          System.nanoTime() - beganNanos < PATIENCE.toNanos(),
          () -> "Waited in vain until " + what);
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
