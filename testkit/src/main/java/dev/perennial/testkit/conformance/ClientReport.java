package dev.perennial.testkit.conformance;

import org.jspecify.annotations.Nullable;

/**
 * What a client under test tells of one stream, as it happens. The implementation is the kit's,
 * which plays the consumer: {@link #event} may take its time, or throw, as a handler does.
 *
 * <p>All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public interface ClientReport {

  /** A connection is open. Optional: nothing is judged by it. */
  void opened();

  /**
   * An event was handed to the consumer.
   *
   * @param id of server-sent events, the last event id; null or empty when there is none. Other
   *     transports may leave it null: the kit reads the data
   * @param type of server-sent events, the event's type; null means {@code message}
   * @param data of server-sent events, the data; otherwise the whole line or message
   * @throws RuntimeException when the consumer of the scenario fails
   */
  void event(@Nullable String id, @Nullable String type, String data);

  /**
   * Events are missing that will not be delivered.
   *
   * @param detail the client's words
   */
  void gap(String detail);

  /** The cursor of the last event that the consumer is done with was saved. */
  void cursorStored(String cursor);

  /** The stream has ended for good and as it should. */
  void completed();

  /**
   * The stream has ended for good by a failure.
   *
   * @param reason the client's words
   */
  void failed(String reason);
}
