package dev.perennial;

import dev.perennial.internal.time.Nanos;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How one connection, or the attempt to make one, has ended. */
final class ConnectionEnd {
  /** A connection that we end before this, without an event, is not replaced at once. */
  private static final Duration USEFUL = Duration.ofSeconds(1);

  final StreamException.Reason reason;
  final int code;
  final String message;
  final @Nullable Throwable cause;

  /** Null when the server asked for no delay. */
  final @Nullable Duration notBefore;

  final boolean isPermanent;

  /** Whether the transport named the failure, and so said what may follow. */
  private boolean isJudged;

  /** How the connection ended: whether something went wrong, and whether it is the last one. */
  private final Kind kind;

  private enum Kind {
    /** Something went wrong. */
    FAILED,
    /** The server ended the connection in good order. */
    ORDERLY,
    /** We ended it, on purpose. */
    RECYCLED,
    /** We ended it to go on elsewhere in the stream. */
    RESUMED,
    /** The stream itself is over. */
    COMPLETED
  }

  // What the connection came to; set before the ending is judged.
  boolean hasProgress;
  boolean isOpened;
  long openNanos; // Meaningful when it was opened.

  /** Null until somebody asks. */
  private @Nullable StreamException exception;

  private ConnectionEnd(
      StreamException.Reason reason,
      int code,
      String message,
      @Nullable Throwable cause,
      @Nullable Duration notBefore,
      boolean isPermanent,
      Kind kind) {
    this.reason = reason;
    this.code = code;
    this.message = message;
    this.cause = cause;
    this.notBefore = notBefore;
    this.isPermanent = isPermanent;
    this.kind = kind;
  }

  static ConnectionEnd orderly(String message) {
    return ended(message, Kind.ORDERLY);
  }

  static ConnectionEnd recycled(String message) {
    return ended(message, Kind.RECYCLED);
  }

  static ConnectionEnd resumed(String message) {
    return ended(message, Kind.RESUMED);
  }

  static ConnectionEnd completed() {
    return ended("The stream is over", Kind.COMPLETED);
  }

  private static ConnectionEnd ended(String message, Kind kind) {
    return new ConnectionEnd(StreamException.Reason.ENDED, -1, message, null, null, false, kind);
  }

  static ConnectionEnd failed(
      StreamException.Reason reason, String message, @Nullable Throwable cause) {
    return new ConnectionEnd(reason, -1, message, cause, null, false, Kind.FAILED);
  }

  /** Another connection would meet it again. */
  static ConnectionEnd permanent(StreamException.Reason reason, String message) {
    return new ConnectionEnd(reason, -1, message, null, null, true, Kind.FAILED);
  }

  /** Events are missing, and the policy says that the subscription ends with that. */
  static ConnectionEnd lost(GapException failure) {
    ConnectionEnd ending =
        new ConnectionEnd(
            failure.reason(),
            failure.code(),
            String.valueOf(failure.getMessage()),
            failure.getCause(),
            null,
            true,
            Kind.FAILED);
    ending.exception = failure;
    return ending;
  }

  static ConnectionEnd answered(
      StreamException.Reason reason,
      int code,
      String message,
      @Nullable Throwable cause,
      @Nullable Duration notBefore,
      boolean isPermanent) {
    ConnectionEnd ending =
        new ConnectionEnd(reason, code, message, cause, notBefore, isPermanent, Kind.FAILED);
    ending.isJudged = true;
    return ending;
  }

  /** Records whether the connection had brought an event, and how long it was open. */
  ConnectionEnd after(boolean hasProgress, long openNanos) {
    this.isOpened = true;
    this.hasProgress = hasProgress;
    this.openNanos = openNanos;
    return this;
  }

  /**
   * The same for a connection that must not be followed by another one: whatever went wrong is
   * permanent. What the transport itself has judged stays as it is.
   */
  ConnectionEnd withoutSuccessor() {
    return isJudged ? this : withoutAnother();
  }

  /**
   * The same for a stream that declares its end, when another connection would begin it anew. An
   * incomplete one is left to the table, where a caller may say otherwise.
   */
  ConnectionEnd withoutStartingOver() {
    return reason == StreamException.Reason.INCOMPLETE ? this : withoutAnother();
  }

  private ConnectionEnd withoutAnother() {
    if (isCompleted() || reason == StreamException.Reason.GAP) {
      return this;
    }
    StreamException.Reason why = isOrderly() ? StreamException.Reason.INCOMPLETE : reason;
    String words = message + ", and its request must not be sent again";
    ConnectionEnd last = new ConnectionEnd(why, code, words, cause, notBefore, true, Kind.FAILED);
    return isOpened ? last.after(hasProgress, openNanos) : last;
  }

  /** Whether nothing follows. */
  boolean isCompleted() {
    return kind == Kind.COMPLETED;
  }

  /** Whether the connection ended as it should, even if it brought nothing. */
  boolean isOrderly() {
    return kind != Kind.FAILED;
  }

  /** Whether nothing is held against the server: it counts as no failure. */
  boolean isClean() {
    boolean isOurs = kind == Kind.RECYCLED || kind == Kind.RESUMED;
    return isOurs || (kind == Kind.ORDERLY && hasProgress);
  }

  /** Whether we ended it on purpose, and not before it could be of use. */
  boolean isWellRecycled() {
    boolean wasUseful = hasProgress || openNanos >= Nanos.of(USEFUL);
    return kind == Kind.RESUMED || (kind == Kind.RECYCLED && wasUseful);
  }

  /** The failure; null after an orderly end. */
  @Nullable StreamException failure() {
    return isOrderly() ? null : exception();
  }

  /** What ended the connection, in words; the same object each time. */
  StreamException exception() {
    StreamException known = exception;
    if (known == null) {
      known = new StreamException(reason, code, message, cause);
      exception = known;
    }
    return known;
  }
}
