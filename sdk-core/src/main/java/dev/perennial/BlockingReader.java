package dev.perennial;

import dev.perennial.internal.time.Nanos;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads what the engine puts into a {@link ReaderDelivery}. */
final class BlockingReader<T> implements EventReader<T> {
  private final Engine<T> engine;
  private final ReaderDelivery<T> outlet;

  BlockingReader(Engine<T> engine, ReaderDelivery<T> outlet) {
    this.engine = engine;
    this.outlet = outlet;
  }

  @Override
  public @Nullable Event<T> read() throws InterruptedException {
    return outlet.next(Nanos.FOREVER);
  }

  @Override
  public @Nullable Event<T> poll(Duration timeout) throws InterruptedException {
    return outlet.next(Nanos.of(timeout));
  }

  @Override
  public Iterator<Event<T>> iterator() {
    return new Events();
  }

  @Override
  public Stream<Event<T>> stream() {
    int traits = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(iterator(), traits), /* parallel= */ false)
        .onClose(this::close);
  }

  @Override
  public StreamSubscription subscription() {
    return engine;
  }

  @Override
  public void close() {
    engine.close();
    engine.saveCursor();
  }

  /** Reads ahead by one event only when asked whether there is one. */
  private final class Events implements Iterator<Event<T>> {
    private @Nullable Event<T> next; // Null when it has to be read.

    @Override
    public boolean hasNext() {
      if (next == null) {
        next = readUninterrupted();
      }
      return next != null;
    }

    @Override
    public Event<T> next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException("The stream has ended");
      }
      Event<T> event = next;
      next = null;
      return event;
    }

    private @Nullable Event<T> readUninterrupted() {
      try {
        return read();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StreamException(
            StreamException.Reason.INTERRUPTED, "Interrupted while waiting for an event", e);
      }
    }
  }
}
