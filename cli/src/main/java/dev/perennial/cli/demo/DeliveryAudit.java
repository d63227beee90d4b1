package dev.perennial.cli.demo;

import dev.perennial.Event;
import java.util.BitSet;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Checks every event that the consumer receives: is it intact, in order and new? The audit uses no
 * counter of the library. Only the thread of the subscription calls {@link #accept}.
 */
final class DeliveryAudit {
  private final DemoTransport transport;

  // Read by any thread while events arrive.
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong highest = new AtomicLong();
  private final AtomicLong duplicated = new AtomicLong();
  private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());

  // Read by other threads only after the subscription has ended.
  private final BitSet received = new BitSet();
  private long outOfOrder;
  private long damaged;

  DeliveryAudit(DemoTransport transport) {
    this.transport = transport;
  }

  void accept(Event<String> event) {
    lastNanos.lazySet(System.nanoTime());
    delivered.lazySet(delivered.get() + 1);
    long number = numberOf(event);
    if (number < 1 || number >= Integer.MAX_VALUE || !transport.isIntact(event, number)) {
      damaged++;
      return;
    }
    if (received.get((int) number)) {
      duplicated.lazySet(duplicated.get() + 1);
      return;
    }
    received.set((int) number);
    if (number < highest.get()) {
      outOfOrder++;
    } else {
      highest.lazySet(number);
    }
  }

  private static long numberOf(Event<String> event) {
    try {
      return Long.parseLong(Objects.requireNonNullElse(event.id(), ""));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** All events received, duplicates and damaged ones included. */
  long delivered() {
    return delivered.get();
  }

  /** The largest number received; 0 before the first event. */
  long highest() {
    return highest.get();
  }

  long duplicated() {
    return duplicated.get();
  }

  /** The {@link System#nanoTime} of the last event, or of the start of the audit. */
  long lastNanos() {
    return lastNanos.get();
  }

  long outOfOrder() {
    return outOfOrder;
  }

  long damaged() {
    return damaged;
  }

  /** Counts the events up to {@code last}, inclusive, that were never received. */
  long missingUpTo(long last) {
    return last - received.get(1, (int) last + 1).cardinality();
  }
}
