package dev.perennial;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a subscription ended, or why it waits. {@link #reason} is for programs. The message is for
 * people: it says what was expected and what came, with a URL that shows no secrets.
 *
 * @since 0.1.0
 */
public class StreamException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final int code;
  private final transient @Nullable ServerResponse response;

  /** Whether the listener that it ended has no callback for it. */
  private transient volatile boolean isUnseen;

  /**
   * A failure without a code.
   *
   * @param reason its class
   * @param message expected and actual, without secrets
   * @param cause what led to it; null when nothing did
   */
  public StreamException(Reason reason, String message, @Nullable Throwable cause) {
    this(reason, -1, message, cause);
  }

  /**
   * A failure with the server's code.
   *
   * @param reason its class
   * @param code the HTTP status or WebSocket close code; -1 when there is none
   * @param message expected and actual, without secrets
   * @param cause what led to it; null when nothing did
   */
  public StreamException(Reason reason, int code, String message, @Nullable Throwable cause) {
    this(reason, code, message, cause, null);
  }

  /**
   * A failure with the server's answer.
   *
   * @param reason its class
   * @param code the HTTP status or WebSocket close code; -1 when there is none
   * @param message expected and actual, without secrets
   * @param cause what led to it; null when nothing did
   * @param response what the server answered; null when there is no answer
   */
  public StreamException(
      Reason reason,
      int code,
      String message,
      @Nullable Throwable cause,
      @Nullable ServerResponse response) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
    this.code = code;
    this.response = response;
  }

  /** The failure's class. */
  public final Reason reason() {
    return reason;
  }

  /** The HTTP status or WebSocket close code; -1 when there is none. */
  public final int code() {
    return code;
  }

  /**
   * What the server answered, where its answer is the failure: its status, headers, body and {@code
   * Retry-After}. Null when there was no answer, when the stream had been opened, and after the
   * exception was serialized.
   */
  public final @Nullable ServerResponse response() {
    return response;
  }

  /** Notes that the listener that it ended has no callback for it. */
  final void unseen() {
    isUnseen = true;
  }

  /** Whether a listener that it ended has no callback for it. */
  final boolean isUnseen() {
    return isUnseen;
  }

  /** The classes of failure. Each says what the subscription does by default. */
  public enum Reason {
    /** The server ended the connection in good order. Retried. */
    ENDED,
    /** Name resolution or the connection failed. Retried. */
    CONNECT,
    /** The TLS handshake failed or the session broke. Retried. */
    TLS,
    /** The server's certificate was refused. Terminal before the first open; else for 15 min. */
    CERTIFICATE,
    /** An attempt did not get its answer within the attempt timeout. Retried. */
    ATTEMPT_TIMEOUT,
    /** The connection broke: reset, or cut in the middle. Retried. */
    RESET,
    /** No byte came for longer than allowed. Retried. */
    STALE,
    /** No event came for longer than allowed, or one event took too long. Retried. */
    STALLED,
    /** The server answered with a status that is no success; by its {@link #code()}. */
    HTTP_STATUS,
    /** The server reported an error within the stream. Retried, unless it is a fatal one. */
    SERVER_ERROR,
    /** The server closed the WebSocket; by its {@link #code()}. */
    CLOSE_CODE,
    /** The answer has another content type. Terminal before the first open; else for 15 min. */
    CONTENT_TYPE,
    /** The server broke the protocol. Terminal. */
    PROTOCOL,
    /** The credential supplier failed: retried. Its fresh credential was refused: terminal. */
    CREDENTIALS,
    /** Events are missing and the gap policy says to fail. Terminal. */
    GAP,
    /** An event could not be decoded. Retried until the same cursor met it three times. */
    MALFORMED,
    /** Something was larger than its limit. Retried until the same cursor met it three times. */
    LIMIT,
    /** The consumer's buffer is full and the overflow policy says to fail. Terminal. */
    OVERFLOW,
    /** A finite stream ended before its declared end. Terminal without a cursor; else retried. */
    INCOMPLETE,
    /**
     * The same cursor, or without one the same event, met the same failure three times. Terminal.
     */
    POISON,
    /** The cursor store could not be read. Terminal. */
    CURSOR_STORE,
    /**
     * The consumer threw, broke the rules of Reactive Streams, or its executor refused or dropped
     * tasks. Terminal.
     */
    CONSUMER,
    /** The engine's thread was interrupted. Terminal. */
    INTERRUPTED,
    /** A defect of this library. Terminal; please report it. */
    INTERNAL
  }
}
