package dev.perennial;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One consumer's attachment to a stream, across any number of connections. Every method may be
 * called by any thread at any time, also within a callback, unless it says otherwise.
 *
 * @since 0.1.0
 */
public interface StreamSubscription extends AutoCloseable {

  /** What the subscription is doing, and why. */
  StreamState state();

  /**
   * Whether the subscription has ended because its stream is complete: by its declared end, or by
   * an answer that says so, such as 204. False while it is live, after a failure, and when it was
   * closed before its stream was complete. By default false.
   */
  default boolean isCompleted() {
    return false;
  }

  /**
   * The acknowledged cursor: the consumer has processed every event up to it. Null when there is
   * none yet.
   */
  @Nullable String cursor();

  /** The number of the current connection, or of the last one; 0 before the first. */
  long connection();

  /** How many events are in the subscription's own buffer; 0 when events are delivered directly. */
  int buffered();

  /** How long ago the last byte came on the current connection; null when none is open. */
  @Nullable Duration lastByteAge();

  /** How long ago the last event was handed over; null before the first. */
  @Nullable Duration lastEventAge();

  /** When the next attempt comes; null when the subscription is not waiting for one. */
  @Nullable Duration nextAttemptIn();

  /**
   * Signals that conditions have changed: the network is back, or the app came to the foreground. A
   * wait ends early, but never before the time that the server asked for. An open connection is
   * checked for silence by the clock that counts deep sleep; a WebSocket has to answer a ping
   * within 5 seconds. A parked subscription stays parked.
   */
  void wake();

  /**
   * Makes another connection now, as for a button "Reconnect". It resumes as after any
   * interruption, is no failure, and takes its slot of the {@linkplain
   * StreamRuntime.Builder#attemptsPerHost host's budget}.
   *
   * <ul>
   *   <li>An open connection is closed and replaced. That of a POST or of a finite stream stays,
   *       since no other may follow it.
   *   <li>A wait ends, but never before the time that the server asked for.
   *   <li>An attempt to connect goes on. If it fails, another one follows without a wait.
   *   <li>While parked or without a network, and after the end, nothing happens.
   * </ul>
   *
   * By default {@link #wake()}.
   */
  default void reconnectNow() {
    wake();
  }

  /**
   * Disconnects on purpose. Nothing is lost: {@link #unpark()} resumes from the position.
   * Idempotent.
   */
  void park();

  /**
   * Ends a {@link #park()}: connects at once, though not before the time that the server asked for.
   * Harmless when the subscription is not parked.
   */
  void unpark();

  /**
   * Ends the subscription: no callback begins after this, except one that is already being made.
   * Does not block, is idempotent and may be called anywhere. {@link #awaitClosed()} waits until
   * the last callback has returned.
   *
   * <p>On a WebSocket, messages that were accepted before are still sent and the closing handshake
   * is made, in the background and for a short time. {@link #closeNow()} does without.
   */
  @Override
  void close();

  /**
   * As {@link #close()}, but cuts the connection: nothing more is sent. It may follow {@link
   * #close()}, to end what that still sends. By default {@link #close()}.
   */
  default void closeNow() {
    close();
  }

  /**
   * Waits until a connection is open.
   *
   * @param timeout how long at most
   * @return false when none was open after that time, and when the stream has completed or was
   *     closed meanwhile
   * @throws StreamException the failure that ended the subscription
   * @throws InterruptedException when this thread is interrupted; the subscription continues
   * @throws IllegalStateException when called from a callback of this subscription, which the
   *     connection would wait for
   */
  boolean awaitOpen(Duration timeout) throws InterruptedException;

  /**
   * Waits until the subscription has ended and its last callback has returned.
   *
   * @throws StreamException the failure that ended it; nothing is thrown when the stream completed
   *     or was closed
   * @throws InterruptedException when this thread is interrupted; the subscription continues
   * @throws IllegalStateException when called from a callback of this subscription, which would
   *     wait for itself
   */
  void awaitClosed() throws InterruptedException;

  /**
   * As {@link #awaitClosed()}, for at most {@code timeout}.
   *
   * @return false when the subscription had not ended after that time
   * @throws StreamException the failure that ended it
   * @throws InterruptedException when this thread is interrupted; the subscription continues
   * @throws IllegalStateException when called from a callback of this subscription
   */
  boolean awaitClosed(Duration timeout) throws InterruptedException;
}
