package dev.perennial;

import dev.perennial.internal.time.Nanos;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Draws the delays of one subscription. Touched by the engine's thread alone. */
final class Jitter {
  /** A server's {@code retry} is clamped to these. */
  private static final long MIN_BASE_NANOS = Nanos.of(Duration.ofMillis(100));

  private static final long MAX_BASE_NANOS = Nanos.of(Duration.ofMinutes(5));
  private static final long RESET_AFTER_NANOS = Nanos.of(Duration.ofSeconds(10));
  private static final double SPREAD = 0.2;

  private final boolean isFull;
  private final long capNanos;
  private final long floorNanos;
  private final DoubleSupplier random;

  /** The policy's, until the server asks for another. */
  private long baseNanos;

  private Jitter(
      boolean isFull, long baseNanos, long capNanos, long floorNanos, DoubleSupplier random) {
    this.isFull = isFull;
    this.baseNanos = baseNanos;
    this.capNanos = capNanos;
    this.floorNanos = floorNanos;
    this.random = random;
  }

  /** From the floor to a ceiling that doubles from {@code base} to {@code cap}. */
  static Jitter full(long baseNanos, long capNanos, long floorNanos, DoubleSupplier random) {
    return new Jitter(true, baseNanos, capNanos, floorNanos, random);
  }

  /** {@code delay} and up to a fifth more. */
  static Jitter spread(long delayNanos, long floorNanos, DoubleSupplier random) {
    return new Jitter(false, delayNanos, delayNanos, floorNanos, random);
  }

  /** The server asks for another base, until the next time. */
  void serverBase(Duration retry) {
    baseNanos = Math.min(MAX_BASE_NANOS, Math.max(MIN_BASE_NANOS, Nanos.of(retry)));
  }

  /** The delay after so many failures in a row before the last one. */
  long delayNanos(int failures) {
    return isFull ? fullNanos(ceilingNanos(failures)) : atLeastFloorNanos(baseNanos);
  }

  /** The delay after an orderly end that followed progress: no failure. */
  long cleanDelayNanos() {
    return fullNanos(baseNanos);
  }

  /** How long a connection must have been open when progress comes, for it to end the failing. */
  long resetAfterNanos(int failures) {
    return Math.min(RESET_AFTER_NANOS, Nanos.doubled(baseNanos, failures));
  }

  /** At least {@code boundNanos}, and up to a fifth more. */
  long spreadNanos(long boundNanos) {
    return Nanos.plus(boundNanos, (long) (random.getAsDouble() * SPREAD * boundNanos));
  }

  /** From zero to {@code ceilingNanos}, and no floor. */
  long upToNanos(long ceilingNanos) {
    return (long) (random.getAsDouble() * ceilingNanos);
  }

  /** A delay that somebody else chose, but for the floor. */
  long raisedNanos(long delayNanos) {
    return Math.max(floorNanos, delayNanos);
  }

  /** Drawn from what lies above the floor: cutting off there would gather a fleet at the floor. */
  private long fullNanos(long ceilingNanos) {
    return ceilingNanos > floorNanos
        ? floorNanos + upToNanos(ceilingNanos - floorNanos)
        : atLeastFloorNanos(ceilingNanos);
  }

  private long atLeastFloorNanos(long delayNanos) {
    return spreadNanos(raisedNanos(delayNanos));
  }

  private long ceilingNanos(int failures) {
    return Math.min(Math.max(capNanos, baseNanos), Nanos.doubled(baseNanos, failures));
  }
}
