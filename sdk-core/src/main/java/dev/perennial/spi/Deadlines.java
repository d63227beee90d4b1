package dev.perennial.spi;

/**
 * How long one {@link StreamConnection#read} may wait.
 *
 * @param noByteNanos the longest silence, in nanoseconds: no byte at all for this long means that
 *     the connection is stale
 * @param oneEventNanos the longest time in nanoseconds that one event may take from its first byte
 *     to its last, counted while somebody reads
 * @since 0.1.0
 */
public record Deadlines(long noByteNanos, long oneEventNanos) {
  public Deadlines {
    requirePositive("noByteNanos", noByteNanos);
    requirePositive("oneEventNanos", oneEventNanos);
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive but was " + value);
    }
  }
}
