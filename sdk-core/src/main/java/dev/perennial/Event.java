package dev.perennial;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One event of a stream: a value. Two events are equal when id, type and data are.
 *
 * @param <T> the type of the data
 * @since 0.1.0
 */
public final class Event<T> implements Signal<T> {
  private final @Nullable String id;
  private final @Nullable String cursor;
  private final String type;
  private final T data;

  /** Null unless acknowledgement is manual. */
  private final @Nullable Runnable acknowledgement;

  Event(
      @Nullable String id,
      @Nullable String cursor,
      String type,
      T data,
      @Nullable Runnable acknowledgement) {
    this.id = id;
    this.cursor = cursor;
    this.type = type;
    this.data = data;
    this.acknowledgement = acknowledgement;
  }

  /**
   * An event as a server would send it, for tests of code that handles events. Its cursor is its
   * id.
   *
   * @param id null when the event carries none
   */
  public static <T> Event<T> of(@Nullable String id, String type, T data) {
    return new Event<>(
        id, id, Objects.requireNonNull(type, "type"), Objects.requireNonNull(data, "data"), null);
  }

  /** The id that this event carried itself; null when it carried none. */
  public @Nullable String id() {
    return id;
  }

  /**
   * The token that resumes the stream after this event; null when there is none. For server-sent
   * events it is the last event id of the stream (HTML 9.2.6), which an event without an id of its
   * own takes over from those before it.
   */
  public @Nullable String cursor() {
    return cursor;
  }

  /** The event's type, {@code "message"} when the server gave none. */
  public String type() {
    return type;
  }

  /** The decoded payload. */
  public T data() {
    return data;
  }

  /** The same event with other data. It keeps id, cursor and acknowledgement. */
  public <R> Event<R> map(Function<? super T, ? extends R> mapper) {
    return new Event<>(
        id, cursor, type, Objects.requireNonNull(mapper.apply(data), "data"), acknowledgement);
  }

  /**
   * Acknowledges that the consumer has processed this event, on a stream {@linkplain
   * EventStream#withManualAcknowledgement with manual acknowledgement}; otherwise does nothing. May
   * be called in any order, on any thread, and more than once. The acknowledged cursor moves up to
   * the first event that is not acknowledged yet.
   */
  public void acknowledge() {
    if (acknowledgement != null) {
      acknowledgement.run();
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Event<?> that
        && Objects.equals(id, that.id)
        && type.equals(that.type)
        && Objects.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, type, data);
  }

  @Override
  public String toString() {
    return "Event[id=" + id + ", type=" + type + ", data=" + data + "]";
  }
}
