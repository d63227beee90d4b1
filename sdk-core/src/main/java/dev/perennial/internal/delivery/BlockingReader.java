package dev.perennial.internal.delivery;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.StreamException;
import dev.perennial.StreamSubscription;
import dev.perennial.internal.resume.CursorWriter;
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
public final class BlockingReader<T> implements EventReader<T> {
  private final StreamSubscription subscription;
  private final ReaderDelivery<T> delivery;
  private final @Nullable CursorWriter writer; // Null without a store.

  public BlockingReader(
      StreamSubscription subscription, ReaderDelivery<T> delivery, @Nullable CursorWriter writer) {
    this.subscription = subscription;
    this.delivery = delivery;
    this.writer = writer;
  }

  @Override
  public @Nullable Event<T> read() throws InterruptedException {
    return delivery.next(Nanos.FOREVER);
  }

  @Override
  public @Nullable Event<T> poll(Duration timeout) throws InterruptedException {
    return delivery.next(Nanos.of(timeout));
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
    return subscription;
  }

  @Override
  public void close() {
    subscription.close();
    if (writer != null) {
      boolean unused = writer.flush(Nanos.FOREVER); // A failure was reported.
    }
  }

  /** Reads one event ahead, and only when asked whether there is one. */
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
