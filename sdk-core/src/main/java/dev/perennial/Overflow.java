package dev.perennial;

import dev.perennial.internal.queue.OverflowMode;

/**
 * What happens to events that come faster than the consumer processes them. Each policy has a bound
 * on their number, beside the one of {@link EventStream#withMaxBufferedBytes} on their bytes. What
 * it drops is counted, reported to the observer, and reported to the consumer as a {@link Gap} in
 * the place of the dropped events.
 *
 * <p>Without {@link EventStream#withDeliveryOn} a listener is called on the subscription's own
 * thread: while it is busy nothing is read, so nothing waits and nothing is dropped.
 *
 * @since 0.1.0
 */
public final class Overflow {
  private static final int MAX_SIZE = 1 << 20;

  private final OverflowMode mode;
  private final int size;

  private Overflow(OverflowMode mode, int size) {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException(
          "size must be from 1 to " + MAX_SIZE + " events but was " + size);
    }
    this.mode = mode;
    this.size = size;
  }

  /** Holds the server back while {@code size} events wait. Loses nothing. */
  public static Overflow block(int size) {
    return new Overflow(OverflowMode.BLOCK, size);
  }

  /** Keeps the last {@code size} events and drops older ones. */
  public static Overflow dropOldest(int size) {
    return new Overflow(OverflowMode.DROP_OLDEST, size);
  }

  /** Keeps the first {@code size} events that wait and drops those that come then. */
  public static Overflow dropNewest(int size) {
    return new Overflow(OverflowMode.DROP_NEWEST, size);
  }

  /** Keeps the last event only. */
  public static Overflow latest() {
    return new Overflow(OverflowMode.DROP_OLDEST, 1);
  }

  /** Ends the subscription with {@link StreamException.Reason#OVERFLOW} when {@code size} wait. */
  public static Overflow fail(int size) {
    return new Overflow(OverflowMode.FAIL, size);
  }

  OverflowMode mode() {
    return mode;
  }

  int size() {
    return size;
  }

  @Override
  public String toString() {
    return "Overflow[" + mode + ", " + size + "]";
  }
}
