package dev.perennial;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the outlet of an engine, which needs the engine to be there. */
final class Outlets {
  private Outlets() {}

  /** Straight to the consumer. */
  record Direct<T>(Target<T> consumer) implements Function<Engine<T>, Delivery<T>> {
    @Override
    public Delivery<T> apply(Engine<T> engine) {
      return new DirectDelivery<>(consumer, engine.acknowledged());
    }
  }

  /** Through a queue to the consumer's executor. */
  record Queued<T>(Target<T> consumer, Executor executor, Overflow overflow)
      implements Function<Engine<T>, Delivery<T>> {
    @Override
    public Delivery<T> apply(Engine<T> engine) {
      return new QueuedDelivery<>(consumer, engine, executor, overflow);
    }
  }

  /** To a reader, which needs the outlet too. */
  static final class Reading<T> implements Function<Engine<T>, Delivery<T>> {
    private @Nullable ReaderDelivery<T> outlet; // Null until the engine was made.

    @Override
    public Delivery<T> apply(Engine<T> engine) {
      outlet = new ReaderDelivery<>(engine, Options.DEFAULT_DELIVERY_BUFFER);
      return outlet;
    }

    ReaderDelivery<T> outlet() {
      return Objects.requireNonNull(outlet, "outlet");
    }
  }
}
