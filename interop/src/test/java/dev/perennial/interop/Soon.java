package dev.perennial.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waits, with a limit, for an effect of another thread that nothing reports. */
final class Soon {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration QUIET = Duration.ofMillis(200);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private Soon() {}

  /**
   * Checks repeatedly until the condition holds.
   *
   * @throws AssertionError if it does not hold within 20 s
   */
  static void holds(String what, BooleanSupplier condition) {
    long beganNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(
          System.nanoTime() - beganNanos < PATIENCE.toNanos(),
          () -> "Waited in vain until " + what);
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /**
   * Checks repeatedly until a number is above zero and has not changed for a while.
   *
   * @return the number
   * @throws AssertionError if it does not settle within 20 s
   */
  static long rests(String what, LongSupplier number) {
    long[] last = {0, System.nanoTime()};
    holds(
        what + " has settled",
        () -> {
          long now = number.getAsLong();
          if (now != last[0]) {
            last[0] = now;
            last[1] = System.nanoTime();
          }
          return now > 0 && System.nanoTime() - last[1] > QUIET.toNanos();
        });
    return last[0];
  }
}
