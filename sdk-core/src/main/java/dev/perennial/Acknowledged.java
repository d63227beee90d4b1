package dev.perennial;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledged cursor: the consumer is done with every event up to it. Moved by one thread at a
 * time, read by any.
 */
final class Acknowledged {
  private final AtomicReference<@Nullable String> cursor;

  Acknowledged(@Nullable String start) {
    cursor = new AtomicReference<>(start);
  }

  void moveTo(@Nullable String next) {
    cursor.lazySet(next); // Ordered, without a fence for each event.
  }

  @Nullable String cursor() {
    return cursor.get();
  }
}
