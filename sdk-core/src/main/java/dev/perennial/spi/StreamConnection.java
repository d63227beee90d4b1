package dev.perennial.spi;

import dev.perennial.CloseOccasion;
import dev.perennial.ServerResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a subscription: opened once, read until it ends, closed once.
 *
 * <p>{@link #open} and {@link #read} are called by the subscription's engine thread, one call at a
 * time. {@link #close}, {@link #bytesRead} and {@link #lastByteNanos} may be called by any thread
 * at any time.
 *
 * @since 0.1.0
 */
public interface StreamConnection extends AutoCloseable {

  /**
   * Connects, and returns when the server has accepted the subscription. Blocks. The engine calls
   * {@link #close} when the attempt's deadline passes; this call must then end soon, whatever it
   * waits for.
   *
   * @throws TransportException when the server refused, with its status and what it asked for
   * @throws IOException when the connection failed
   */
  void open() throws IOException;

  /**
   * What the server answered when it accepted the subscription. Asked once, by the engine's thread
   * after {@link #open} has returned. By default null: not known.
   */
  default @Nullable ServerResponse response() {
    return null;
  }

  /**
   * Returns the next frame, waiting for it while needed; null at the orderly end of the stream. A
   * frame is returned as soon as its last byte is here.
   *
   * @param limits how long this call may wait; they hold for this call only, so a consumer that
   *     does not ask for events can never run into them
   * @throws java.net.SocketTimeoutException when no byte came for {@link Deadlines#noByteNanos}
   * @throws IOException when the connection failed, or was closed
   */
  @Nullable Frame read(Deadlines limits) throws IOException;

  /**
   * Where this connection leads, as messages may show it: without query and user info. Any thread.
   * By default null: where {@link Transport#endpoint} says.
   */
  default @Nullable String endpoint() {
    return null;
  }

  /** How many bytes of the stream were read so far. */
  long bytesRead();

  /**
   * When the last byte came, on the clock of {@link Timekeeper#nanoTime}; the time at which {@link
   * #open} returned while none came yet.
   */
  long lastByteNanos();

  /**
   * When the wait for bytes that is under way began, or the last one that there was, on the same
   * clock: what a slow consumer let pass before it is not the server's silence. By default the time
   * of the last byte; the subscription then learns nothing from heartbeats and keeps its first
   * limit.
   */
  default long waitingSinceNanos() {
    return lastByteNanos();
  }

  /**
   * Whether another connection may follow this one: false once a request may have reached the
   * server that must not be sent twice. Then whatever ends this connection ends the subscription,
   * unless the transport's own {@link TransportException} says otherwise. By default true.
   */
  default boolean mayBeFollowed() {
    return true;
  }

  /**
   * Whether a subscription without a cursor may go on with another connection, which gets the
   * stream from its beginning, or from now. By default true; false once a stream is open that
   * declares its end, since its events would be delivered again.
   */
  default boolean mayBeStartedOver() {
    return true;
  }

  /**
   * How much longer {@link #open} may take, in nanoseconds, asked when the attempt's timeout has
   * passed, and again when this time has passed, too. A server may need minutes to answer a request
   * that cannot be sent again, and an upload takes its time. Any thread; must not block. By default
   * 0: the attempt has failed.
   */
  default long openingNanosLeft() {
    return 0;
  }

  /**
   * The caller's classifier found a {@linkplain Frame.Kind#CONTROL control message} in the event
   * that {@link #read} returned last: the connection may answer it. Called by the engine's thread.
   * By default nothing is done.
   *
   * @param message valid during the call
   * @throws IOException when the connection failed
   */
  default void control(Frame message) throws IOException {}

  /**
   * The path to the server may be gone, since the subscription was woken or the network is another
   * one: asks the server for a sign of life. If none comes soon, a {@link #read} ends with {@link
   * TransportException} or the like. Called by any thread; never blocks. By default nothing is
   * done.
   */
  default void probe() {}

  /**
   * Completes a failure that was found in this connection's frames, such as a cursor that is too
   * long. A connection that must not be followed by another one makes it {@linkplain
   * TransportException#permanent permanent} and says why in its message. Called by the engine's
   * thread while the connection is open. By default the failure is returned as it is.
   */
  default TransportException refine(TransportException failure) {
    return failure;
  }

  /**
   * Ends the connection at once, and with it a call that waits. What was accepted to be sent may
   * still be sent, for a short time. Idempotent; never blocks.
   */
  @Override
  void close();

  /**
   * As {@link #close()}, for a protocol that can tell the server why. Only the first call decides
   * what is sent to it. By default {@link #close()}.
   */
  default void close(CloseOccasion occasion) {
    close();
  }

  /**
   * As {@link #close()}, but nothing more is sent. May follow {@link #close()}. By default {@link
   * #close()}.
   */
  default void closeNow() {
    close();
  }

  /**
   * The server refused the credential that this connection used, so that the next one needs
   * another. Called by the engine's thread after the connection has ended, and only where {@link
   * Transport#hasCredentials}.
   *
   * @return whether it was the newest: then the next connection has to ask for a fresh one, and
   *     when that is refused too the subscription ends. False when a newer one is already there.
   */
  default boolean refuseCredential() {
    return true;
  }
}
