package dev.perennial.spi;

import dev.perennial.ServerError;
import dev.perennial.ServerResponse;
import dev.perennial.StreamException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the transport has classified: the subscription decides by its {@link #reason} and
 * {@link #code} what to do. Any other {@link IOException} is classified by its type.
 *
 * @since 0.1.0
 */
public final class TransportException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int GONE = 410;

  private final StreamException.Reason reason;
  private final int code;
  private final transient @Nullable Duration notBefore;
  private final transient @Nullable ServerResponse response;
  private final Outcome outcome;

  /** What follows. */
  private enum Outcome {
    /** The failure table decides. */
    BY_TABLE,
    /** It is tried again, whatever the failure table says. */
    RETRYABLE,
    /** It is never tried again, whatever the failure table says. */
    PERMANENT,
    /** It is no failure: the server ended the connection in good order. */
    ORDERLY,
    /** It is no failure: the transport ended the connection on purpose. */
    PUT_AWAY
  }

  /**
   * A failure without a code.
   *
   * @param reason its class
   * @param message expected and actual, without secrets: it is shown to users
   */
  public TransportException(StreamException.Reason reason, String message) {
    this(reason, -1, message, null, null, null, Outcome.BY_TABLE);
  }

  /**
   * A failure with its cause.
   *
   * @param reason its class
   * @param message expected and actual, without secrets: it is shown to users
   * @param cause what led to it
   */
  public TransportException(StreamException.Reason reason, String message, Throwable cause) {
    this(reason, -1, message, null, null, cause, Outcome.BY_TABLE);
  }

  /**
   * An answer of the server.
   *
   * @param reason its class
   * @param code the HTTP status or close code; -1 when there is none
   * @param message expected and actual, without secrets: it is shown to users
   * @param notBefore the server asks to wait this long before the next attempt; null when it does
   *     not
   */
  public TransportException(
      StreamException.Reason reason, int code, String message, @Nullable Duration notBefore) {
    this(reason, code, message, notBefore, null, null, Outcome.BY_TABLE);
  }

  private TransportException(
      StreamException.Reason reason,
      int code,
      String message,
      @Nullable Duration notBefore,
      @Nullable ServerResponse response,
      @Nullable Throwable cause,
      Outcome outcome) {
    super(Objects.requireNonNull(message, "message"), cause);
    this.reason = Objects.requireNonNull(reason, "reason");
    this.code = code;
    this.notBefore = notBefore;
    this.response = response;
    this.outcome = outcome;
  }

  /**
   * Creates the report that the transport closed the connection on purpose, because the consumer is
   * too slow. It counts as no failure: the subscription resumes from its position, without a delay,
   * when the consumer requests more.
   */
  public static TransportException putAway(String message) {
    return new TransportException(
        StreamException.Reason.ENDED, -1, message, null, null, null, Outcome.PUT_AWAY);
  }

  /**
   * Creates the failure that a server reports within its stream. It has the reason of an answer
   * with the error's status: {@code HTTP_STATUS}, or {@code GAP} for 410; without a status it is
   * {@code SERVER_ERROR}.
   */
  public static TransportException reported(ServerError error) {
    int status = error.status();
    String message =
        "Expected an event but the server reported the error "
            + (status < 0 ? "" : status + " ")
            + "\""
            + error.words()
            + "\"";
    return new TransportException(
        status < 0
            ? StreamException.Reason.SERVER_ERROR
            : status == GONE ? StreamException.Reason.GAP : StreamException.Reason.HTTP_STATUS,
        status,
        message,
        error.notBefore(),
        null,
        null,
        error.isFatal() ? Outcome.PERMANENT : Outcome.BY_TABLE);
  }

  /** Returns the same failure with another message. */
  public TransportException withMessage(String message) {
    return copy(message, response, outcome);
  }

  /** Returns the same failure, which is never retried whatever the failure table says. */
  public TransportException permanent() {
    return copy(Objects.requireNonNull(getMessage()), response, Outcome.PERMANENT);
  }

  /** Returns the same failure, which is retried whatever the failure table says. */
  public TransportException retryable() {
    return copy(Objects.requireNonNull(getMessage()), response, Outcome.RETRYABLE);
  }

  /**
   * Returns the same end of a connection, which is no failure: the server ended it in good order,
   * or asked for another one. The subscription reconnects, unless the caller's {@link
   * dev.perennial.RetryPolicy} says otherwise for its reason and code.
   */
  public TransportException orderly() {
    return copy(Objects.requireNonNull(getMessage()), response, Outcome.ORDERLY);
  }

  /**
   * Returns the same failure with the answer that it is about. Its {@linkplain
   * ServerResponse#retryAfter delay} does not count: {@link #notBefore} does.
   */
  public TransportException withResponse(ServerResponse answer) {
    Objects.requireNonNull(answer, "answer");
    return copy(Objects.requireNonNull(getMessage()), answer, outcome);
  }

  private TransportException copy(
      String message, @Nullable ServerResponse answer, Outcome newOutcome) {
    TransportException copy =
        new TransportException(reason, code, message, notBefore, answer, getCause(), newOutcome);
    copy.setStackTrace(getStackTrace());
    return copy;
  }

  /** The failure's class. */
  public StreamException.Reason reason() {
    return reason;
  }

  /** The HTTP status or close code; -1 when there is none. */
  public int code() {
    return code;
  }

  /** How long the server asks to wait before the next attempt; null when it does not. */
  public @Nullable Duration notBefore() {
    return notBefore;
  }

  /** What the server answered; null when there is no answer, or the transport does not keep it. */
  public @Nullable ServerResponse response() {
    return response;
  }

  /** Whether the failure must not be retried. */
  public boolean isPermanent() {
    return outcome == Outcome.PERMANENT;
  }

  /** Whether the failure is retried whatever the failure table says. */
  public boolean isRetryable() {
    return outcome == Outcome.RETRYABLE;
  }

  /** Whether the server ended the connection in good order, which is no failure. */
  public boolean isOrderly() {
    return outcome == Outcome.ORDERLY;
  }

  /** Whether the transport closed the connection on purpose. */
  public boolean isPutAway() {
    return outcome == Outcome.PUT_AWAY;
  }
}
