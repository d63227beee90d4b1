package dev.perennial.internal.retry;

import dev.perennial.internal.time.Nanos;
import java.util.function.DoubleSupplier;

/** Draws random delays from one source of randomness. As thread-safe as that source. */
public final class Jitter {
  private static final double SPREAD = 0.2;

  private final DoubleSupplier random;

  /**
   * Creates a jitter over {@code random}, which supplies numbers from 0 (inclusive) to 1
   * (exclusive).
   */
  public Jitter(DoubleSupplier random) {
    this.random = random;
  }

  /** Returns a delay of at least {@code boundNanos} and at most a fifth more. */
  public long spreadNanos(long boundNanos) {
    return Nanos.plus(boundNanos, (long) (random.getAsDouble() * SPREAD * boundNanos));
  }

  /** Returns a delay from zero to {@code ceilingNanos}. */
  public long upToNanos(long ceilingNanos) {
    return (long) (random.getAsDouble() * ceilingNanos);
  }
}
