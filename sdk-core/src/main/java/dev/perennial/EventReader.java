package dev.perennial;

import java.time.Duration;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Consumes a stream by blocking calls. An event is acknowledged when the next one is requested. If
 * the program stops while it processes an event, that event is delivered again.
 *
 * <p>A reader is used by one thread at a time; {@link #close()} may be called by any.
 *
 * @param <T> the type of the events' data
 * @since 0.1.0
 */
public interface EventReader<T> extends Iterable<Event<T>>, AutoCloseable {

  /**
   * Waits for the next event.
   *
   * @return null when the stream completed or the reader was closed
   * @throws StreamException the failure that ended the subscription
   * @throws InterruptedException when this thread is interrupted; the reader can be used further
   */
  @Nullable Event<T> read() throws InterruptedException;

  /**
   * Waits for the next event, for at most {@code timeout}.
   *
   * @return null when no event came in time, or none will come; {@code subscription().state()} says
   *     which
   * @throws StreamException the failure that ended the subscription
   * @throws InterruptedException when this thread is interrupted; the reader can be used further
   */
  @Nullable Event<T> poll(Duration timeout) throws InterruptedException;

  /**
   * Iterates over the coming events, each by {@link #read()}. An interrupt ends the iteration with
   * a {@link StreamException} and keeps the thread's interrupt status.
   */
  @Override
  Iterator<Event<T>> iterator();

  /** Returns the coming events as a sequential stream; closing it closes the reader. */
  Stream<Event<T>> stream();

  /**
   * Whether the stream is complete and everything of it was read: then {@link #read()} returned
   * null because nothing is left. False when the reader was closed before that.
   *
   * <pre>{@code
   * try (EventReader<String> reader = stream.open()) {
   *   for (Event<String> event : reader) {
   *     show(event.data());
   *   }
   *   show(reader.isCompleted() ? "complete" : "closed before its end");
   * }
   * }</pre>
   */
  boolean isCompleted();

  /** The subscription of this reader. */
  StreamSubscription subscription();

  /** Ends the subscription without acknowledging the last event. Idempotent. */
  @Override
  void close();
}
