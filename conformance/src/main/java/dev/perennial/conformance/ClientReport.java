package dev.perennial.conformance;

import org.jspecify.annotations.Nullable;

/**
 * Receives what a client under test sees on one stream, as it happens. The kit implements it and
 * plays the consumer: {@link #event} may block or throw, as a handler does.
 *
 * <p>All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public interface ClientReport {

  /** Reports that a connection is open. Optional: no rule depends on it. */
  void opened();

  /**
   * Delivers an event to the consumer.
   *
   * @param id for server-sent events the last event id, null or empty when there is none; other
   *     transports may pass null, since the kit reads the data
   * @param type for server-sent events the event's type; null means {@code message}
   * @param data for server-sent events the data; otherwise the whole line or message
   * @throws RuntimeException if the scenario's consumer fails
   */
  void event(@Nullable String id, @Nullable String type, String data);

  /**
   * Reports that events are missing that will not be delivered.
   *
   * @param detail the client's own description
   */
  void gap(String detail);

  /** Reports that the cursor of the last processed event was saved. */
  void cursorStored(String cursor);

  /** Reports that the stream completed. */
  void completed();

  /**
   * Reports that the stream failed for good.
   *
   * @param reason the client's own description
   */
  void failed(String reason);
}
