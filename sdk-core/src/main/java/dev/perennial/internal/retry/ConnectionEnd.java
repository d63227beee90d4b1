package dev.perennial.internal.retry;

import dev.perennial.CloseOccasion;
import dev.perennial.ServerError;
import dev.perennial.ServerResponse;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.TransportException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one connection, or the attempt to make one, ended: the only internal form of a failure. An
 * immutable value, except that {@link #exception()} is made when it is first asked for.
 */
public final class ConnectionEnd {
  /** A connection that we recycle before this, without an event, is not replaced at once. */
  private static final Duration USEFUL = Duration.ofSeconds(1);

  /** A connection that was open for this long was accepted, whatever it ends with. */
  private static final Duration LASTING = Duration.ofSeconds(60);

  /** Another thread asked the engine to park, to close or to fail. */
  public static final ConnectionEnd ON_REQUEST =
      new ConnectionEnd(Kind.ON_REQUEST, Reason.ENDED, -1, "Ended on request", null);

  /** The stream itself is complete. */
  public static final ConnectionEnd COMPLETED =
      new ConnectionEnd(Kind.COMPLETED, Reason.ENDED, -1, "The stream is complete", null);

  private enum Kind {
    /** Something went wrong. */
    FAILED,
    /** Something went wrong that another connection need not meet, whatever the table says. */
    FAILED_FOR_NOW,
    /** Something went wrong that another connection would meet again. */
    FAILED_FOR_GOOD,
    /** The server ended the connection in good order. */
    ORDERLY,
    /** We ended the connection on purpose. */
    RECYCLED,
    /** The application asked for another connection. */
    REPLACED,
    /** We ended the connection to go on elsewhere in the stream. */
    RESUMED,
    /** The stream is complete. */
    COMPLETED,
    /** Another thread asked for it. */
    ON_REQUEST
  }

  /**
   * What the connection came to.
   *
   * @param wasOpen whether the server accepted it
   * @param events how many new events it brought
   * @param openNanos how long it was open
   */
  private record Outcome(boolean wasOpen, long events, long openNanos) {
    static final Outcome NEVER_OPEN = new Outcome(false, 0, 0);
  }

  /**
   * What the server answered.
   *
   * @param notBefore how long it asks to wait; null when it does not
   * @param response null when it is not known
   */
  private record Answer(@Nullable Duration notBefore, @Nullable ServerResponse response) {
    static final Answer NONE = new Answer(null, null);
  }

  private final Kind kind;
  private final Reason reason;
  private final int code;
  private final String message;
  private final @Nullable Throwable cause;

  private final Answer answer;

  /** Whether the transport classified the failure, and so decided what may follow. */
  private final boolean isClassified;

  private final Outcome outcome;

  /** The hash of the event that ended it; 0 when that is not known. */
  private final long eventFingerprint;

  /** Null until it is asked for. */
  private @Nullable StreamException exception;

  private ConnectionEnd(
      Kind kind, Reason reason, int code, String message, @Nullable Throwable cause) {
    this(kind, reason, code, message, cause, Answer.NONE, false, Outcome.NEVER_OPEN, 0, null);
  }

  private ConnectionEnd(
      Kind kind,
      Reason reason,
      int code,
      String message,
      @Nullable Throwable cause,
      Answer answer,
      boolean isClassified,
      Outcome outcome,
      long eventFingerprint,
      @Nullable StreamException exception) {
    this.kind = kind;
    this.reason = reason;
    this.code = code;
    this.message = message;
    this.cause = cause;
    this.answer = answer;
    this.isClassified = isClassified;
    this.outcome = outcome;
    this.eventFingerprint = eventFingerprint;
    this.exception = exception;
  }

  /** The server ended the connection in good order. */
  public static ConnectionEnd orderly(String endpoint) {
    String message = "The connection was ended by " + endpoint;
    return new ConnectionEnd(Kind.ORDERLY, Reason.ENDED, -1, message, null);
  }

  /** We ended the connection on purpose; the next one resumes at the position. */
  public static ConnectionEnd recycled(String message) {
    return new ConnectionEnd(Kind.RECYCLED, Reason.ENDED, -1, message, null);
  }

  /** The application asked for another connection; it resumes at the position. */
  public static ConnectionEnd replaced(String message) {
    return new ConnectionEnd(Kind.REPLACED, Reason.ENDED, -1, message, null);
  }

  /** We ended the connection to go on elsewhere in the stream. */
  public static ConnectionEnd resumed(String message) {
    return new ConnectionEnd(Kind.RESUMED, Reason.ENDED, -1, message, null);
  }

  /** Something went wrong. */
  public static ConnectionEnd failed(Reason reason, String message, @Nullable Throwable cause) {
    return new ConnectionEnd(Kind.FAILED, reason, -1, message, cause);
  }

  /** Something went wrong that another connection would meet again. */
  public static ConnectionEnd failedForGood(Reason reason, String message) {
    return new ConnectionEnd(Kind.FAILED_FOR_GOOD, reason, -1, message, null);
  }

  /** As {@link #failedForGood(Reason, String)}, with a failure that is there already. */
  public static ConnectionEnd failedForGood(StreamException failure) {
    return new ConnectionEnd(
        Kind.FAILED_FOR_GOOD,
        failure.reason(),
        failure.code(),
        String.valueOf(failure.getMessage()),
        failure.getCause(),
        new Answer(null, failure.response()),
        false,
        Outcome.NEVER_OPEN,
        0,
        failure);
  }

  /** The server reported an error in the stream. */
  public static ConnectionEnd reported(
      ServerError error, String endpoint, StreamConnection connection) {
    TransportException failure = TransportException.reported(error);
    String message = failure.getMessage() + " from " + endpoint;
    return classified(connection.refine(failure.withMessage(message)));
  }

  /** The transport classified what went wrong. */
  static ConnectionEnd classified(TransportException e) {
    String message = String.valueOf(e.getMessage());
    if (e.isPutAway()) {
      return recycled(message);
    }
    return new ConnectionEnd(
        kindOf(e),
        e.reason(),
        e.code(),
        message,
        e.getCause(),
        new Answer(e.notBefore(), e.response()),
        true,
        Outcome.NEVER_OPEN,
        0,
        null);
  }

  private static Kind kindOf(TransportException e) {
    if (e.isOrderly()) {
      return Kind.ORDERLY;
    } else if (e.isRetryable()) {
      return Kind.FAILED_FOR_NOW;
    }
    return e.isPermanent() ? Kind.FAILED_FOR_GOOD : Kind.FAILED;
  }

  /** An event could not be decoded; {@code fingerprint} is the hash of its content. */
  public static ConnectionEnd malformed(
      String message, @Nullable Throwable cause, long fingerprint) {
    return new ConnectionEnd(
        Kind.FAILED,
        Reason.MALFORMED,
        -1,
        message,
        cause,
        Answer.NONE,
        false,
        Outcome.NEVER_OPEN,
        fingerprint,
        null);
  }

  /**
   * Returns the same end with what the open connection came to.
   *
   * @param events how many new events it brought
   */
  public ConnectionEnd after(long events, long openNanos) {
    if (this == ON_REQUEST) {
      return this;
    }
    return new ConnectionEnd(
        kind,
        reason,
        code,
        message,
        cause,
        answer,
        isClassified,
        new Outcome(true, events, openNanos),
        eventFingerprint,
        exception);
  }

  /**
   * Returns the end of a connection that must not be followed by another one: whatever went wrong
   * fails for good. What the transport itself classified stays as it is.
   */
  public ConnectionEnd withoutSuccessor() {
    return isClassified ? this : withoutAnother();
  }

  /**
   * Returns the end of a connection of a stream that declares its end, where another connection
   * would deliver it from its beginning. An incomplete stream is left to the failure table, where a
   * caller may decide otherwise.
   */
  public ConnectionEnd withoutStartingOver() {
    return reason == Reason.INCOMPLETE ? this : withoutAnother();
  }

  private ConnectionEnd withoutAnother() {
    if (isCompleted() || this == ON_REQUEST || reason == Reason.GAP) {
      return this;
    }
    return new ConnectionEnd(
        Kind.FAILED_FOR_GOOD,
        isOrderly() ? Reason.INCOMPLETE : reason,
        code,
        message + ", and its request must not be sent again",
        cause,
        answer,
        isClassified,
        outcome,
        eventFingerprint,
        null);
  }

  /** Why we close the connection, if it is still open. */
  public CloseOccasion occasion() {
    return switch (kind) {
      case ORDERLY, COMPLETED, ON_REQUEST -> CloseOccasion.CLOSE;
      case RECYCLED, REPLACED, RESUMED -> CloseOccasion.ROTATION;
      case FAILED, FAILED_FOR_NOW, FAILED_FOR_GOOD ->
          switch (reason) {
            case STALE, STALLED -> CloseOccasion.STALE;
            default -> CloseOccasion.FAILURE;
          };
    };
  }

  /** Why it ended. */
  public Reason reason() {
    return reason;
  }

  /** The HTTP status or close code; -1 when there is none. */
  int code() {
    return code;
  }

  String message() {
    return message;
  }

  @Nullable Throwable cause() {
    return cause;
  }

  /** How long the server asks to wait; null when it does not. */
  @Nullable Duration notBefore() {
    return answer.notBefore;
  }

  /** Whether the server had accepted the connection. */
  boolean wasOpen() {
    return outcome.wasOpen;
  }

  /** Whether the connection brought a new event. */
  boolean hasProgress() {
    return outcome.events > 0;
  }

  /** How many new events the connection brought. */
  long events() {
    return outcome.events;
  }

  /** The hash of the event that ended the connection; 0 when that is not known. */
  long eventFingerprint() {
    return eventFingerprint;
  }

  /** How long the connection was open, in nanoseconds; 0 when it never was. */
  long openNanos() {
    return outcome.openNanos;
  }

  /**
   * Whether the server accepted the connection only to report an error in it. Then it counts as if
   * the error had been its answer: the connection was no success that resets anything.
   */
  public boolean isRefusal() {
    boolean isReported = reason == Reason.SERVER_ERROR || reason == Reason.HTTP_STATUS;
    return isReported && outcome.wasOpen && !hasProgress() && !hasLasted();
  }

  /** Whether the connection was open for so long that the server had accepted it. */
  public boolean hasLasted() {
    return outcome.openNanos >= Nanos.of(LASTING);
  }

  /** Whether the stream is complete. */
  boolean isCompleted() {
    return kind == Kind.COMPLETED;
  }

  /** Whether another connection would meet the same failure. */
  boolean isForGood() {
    return kind == Kind.FAILED_FOR_GOOD;
  }

  /** Whether another connection is to be tried, whatever the table says. */
  boolean isForNow() {
    return kind == Kind.FAILED_FOR_NOW;
  }

  /** Whether the connection ended as it should, even if it brought nothing: that is no failure. */
  boolean isOrderly() {
    return switch (kind) {
      case FAILED, FAILED_FOR_NOW, FAILED_FOR_GOOD -> false;
      case ORDERLY, RECYCLED, REPLACED, RESUMED, COMPLETED, ON_REQUEST -> true;
    };
  }

  /** Whether the server ended the connection in good order. */
  boolean isServersOrderly() {
    return kind == Kind.ORDERLY;
  }

  /** Whether we ended the connection to go on elsewhere in the stream. */
  boolean isReplaced() {
    return kind == Kind.REPLACED;
  }

  boolean isResumed() {
    return kind == Kind.RESUMED;
  }

  /** Whether we ended the connection, and not before it could be of use. */
  boolean isWellRecycled() {
    boolean wasUseful = hasProgress() || outcome.openNanos >= Nanos.of(USEFUL);
    return kind == Kind.RECYCLED && wasUseful;
  }

  /** The failure; null after an orderly end. */
  public @Nullable StreamException failure() {
    return isOrderly() ? null : exception();
  }

  /** What ended the connection, as the public API shows it; the same object each time. */
  StreamException exception() {
    StreamException known = exception;
    if (known == null) {
      known = new StreamException(reason, code, message, cause, answer.response);
      exception = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return kind + "[" + reason + ": " + message + "]";
  }
}
