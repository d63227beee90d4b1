package dev.perennial.websocket;

import dev.perennial.ServerError;
import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler to end its connection and to say what follows. What else a handler throws is
 * a failure of the handler: {@link Reason#CONSUMER}.
 *
 * <pre>{@code
 * WebSockets.builder(url)
 *     .classify(payload -> isControl(payload) ? Payload.Kind.CONTROL : Payload.Kind.EVENT)
 *     .onControl(
 *         (out, control) -> {
 *           switch (control.text()) {
 *             case "reconnect" -> throw DisconnectException.reconnect("the server asks for it");
 *             case "logged out" -> throw DisconnectException.fatal("logged out");
 *             default -> out.send("pong");
 *           }
 *         });
 * }</pre>
 *
 * @since 0.1.0
 */
public final class DisconnectException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int UNAUTHORIZED = 401;
  private static final int GONE = 410;

  /** Null if the server merely asks for another connection. */
  private final transient @Nullable ServerError error;

  private DisconnectException(String message, @Nullable ServerError error) {
    super(message);
    this.error = error;
  }

  /**
   * The server asks for another connection, which is no failure: the stream reconnects soon, from
   * its cursor.
   *
   * @param why shown to users, so without secrets
   */
  public static DisconnectException reconnect(String why) {
    return new DisconnectException(Objects.requireNonNull(why, "why"), null);
  }

  /**
   * The server reported an error in a message. What follows is what follows an answer with that
   * error: it is retried with backoff, waits, asks for fresh credentials, is a gap, or is final.
   */
  public static DisconnectException of(ServerError error) {
    return new DisconnectException(error.toString(), error);
  }

  /**
   * An error that may pass: the stream reconnects with backoff.
   *
   * @param words what the server says about it, shown to users
   */
  public static DisconnectException retry(String words) {
    return of(ServerError.retryable(words));
  }

  /**
   * An error that may pass: the stream reconnects with backoff, but not before {@code notBefore}
   * has passed.
   *
   * @param words what the server says about it, shown to users
   * @throws IllegalArgumentException if the duration is negative
   */
  public static DisconnectException retryAfter(Duration notBefore, String words) {
    return of(ServerError.retryable(words).withNotBefore(notBefore));
  }

  /**
   * The server refuses the credential: the stream reconnects once with a fresh one of {@link
   * WebSockets.Builder#credentials}, and fails without credentials. The failure has the status 401.
   *
   * @param words what the server says about it, shown to users
   */
  public static DisconnectException refreshCredentials(String words) {
    return of(ServerError.ofStatus(UNAUTHORIZED, words));
  }

  /**
   * The server does not know the session or the position that the stream resumes after: a {@link
   * dev.perennial.Gap} with the reason {@link dev.perennial.Gap.Reason#SERVER}. If the gap policy
   * goes on, the cursor is dropped, and the stream reconnects without one. Without a cursor the
   * subscription fails: there is nothing that the next connection would do otherwise.
   *
   * @param words what the server says about it, shown to users
   */
  public static DisconnectException cannotResume(String words) {
    return of(ServerError.ofStatus(GONE, words));
  }

  /**
   * An error that no other connection would change: the subscription fails.
   *
   * @param words what the server says about it, shown to users
   */
  public static DisconnectException fatal(String words) {
    return of(ServerError.fatal(words));
  }

  /** Returns the end of the connection to {@code endpoint}. */
  TransportException toTransportException(String endpoint) {
    if (error == null) {
      String message = "The connection to " + endpoint + " was ended: " + getMessage();
      return new TransportException(Reason.ENDED, message).orderly();
    }
    TransportException failure = TransportException.reported(error);
    return failure.withMessage(failure.getMessage() + " from " + endpoint);
  }
}
