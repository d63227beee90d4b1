package dev.perennial.cli.demo;

import dev.perennial.Event;
import java.util.BitSet;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the consumer really got, event by event. It knows nothing of the library's own counters.
 * Written by the subscription's thread alone.
 */
final class DeliveryAudit {
  private final DemoTransport transport;

  // Read by any thread while events come.
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong highest = new AtomicLong();
  private final AtomicLong duplicated = new AtomicLong();
  private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());

  // Read by others only when the subscription has ended.
  private final BitSet seen = new BitSet();
  private long outOfOrder;
  private long damaged;

  DeliveryAudit(DemoTransport transport) {
    this.transport = transport;
  }

  void take(Event<String> event) {
    lastNanos.lazySet(System.nanoTime());
    delivered.lazySet(delivered.get() + 1);
    long number = numberOf(event);
    if (number < 1 || number >= Integer.MAX_VALUE || !transport.isWhole(event, number)) {
      damaged++;
      return;
    }
    if (seen.get((int) number)) {
      duplicated.lazySet(duplicated.get() + 1);
      return;
    }
    seen.set((int) number);
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

  long delivered() {
    return delivered.get();
  }

  /** The largest number that was seen; 0 before the first. */
  long highest() {
    return highest.get();
  }

  long duplicated() {
    return duplicated.get();
  }

  /** When the last event came, or when the audit was made. */
  long lastNanos() {
    return lastNanos.get();
  }

  long outOfOrder() {
    return outOfOrder;
  }

  long damaged() {
    return damaged;
  }

  /** How many of the events up to {@code last} never came. */
  long missingUpTo(long last) {
    return last - seen.get(1, (int) last + 1).cardinality();
  }
}
