package dev.perennial.internal.delivery;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.StreamState;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.consumer.IllegalDemandException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way from the engine to the consumer. Called by the engine thread only, unless a method says
 * otherwise.
 */
public interface Delivery<T> {

  /**
   * Returns how many events, and no more than {@code atMost}, the engine may hand over without
   * asking again; 0 when it has to wait.
   */
  long claim(long atMost);

  /**
   * Returns after how many bytes of payloads the engine has to {@link #claim} again, though events
   * that it has claimed are left. Asked right after {@link #claim}.
   */
  long claimBytes();

  /**
   * Hands over an event, which is acknowledged when the consumer has processed it.
   *
   * @param bytes the size of its payload as it came from the network
   * @return the events that were dropped to make room, possibly this one; empty when none was
   */
  List<Event<T>> event(Event<T> event, int bytes) throws CallbackException;

  /**
   * Hands over a checkpoint. Of several in a row the last one is enough.
   *
   * @param passed to run when everything before the checkpoint was handed over to the consumer
   */
  void checkpoint(Runnable passed);

  void gap(Gap gap) throws CallbackException;

  void state(StreamState state) throws CallbackException;

  /**
   * Delivers what was handed over, then the end.
   *
   * @param failure null when the stream completed
   */
  void finish(@Nullable Throwable failure);

  /** Ends without a further callback. */
  void abandon();

  /** The consumer requested more. Any thread. */
  void demandAdded();

  /** The consumer requested nothing or less after the engine had ended. Any thread. */
  void illegalDemand(IllegalDemandException asked);

  /** The consumer closed the subscription: no callback begins any more. Any thread. */
  void cancel();

  /** Whether the consumer has processed all that was handed over. Any thread. */
  boolean isDrained();

  /** Whether no callback runs or will run, once the engine has ended. Any thread. */
  boolean isQuiet();

  /** Whether the calling thread is within a callback of this delivery. Any thread. */
  boolean isInCallback();

  /** How many events wait between the engine and the consumer. Any thread. */
  int buffered();
}
