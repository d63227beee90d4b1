package dev.perennial;

import org.jspecify.annotations.Nullable;

/**
 * Events are missing, and the subscription ends because of it.
 *
 * @since 0.1.0
 */
public final class GapException extends StreamException {
  private static final long serialVersionUID = 1L;

  private final transient Gap gap;

  /**
   * Creates the failure.
   *
   * @param code the HTTP status or WebSocket close code; -1 when there is none
   * @param cause what led to it; null when nothing did
   */
  public GapException(Gap gap, int code, String message, @Nullable Throwable cause) {
    this(gap, code, message, cause, null);
  }

  /**
   * Creates the failure with the server's answer.
   *
   * @param code the HTTP status or WebSocket close code; -1 when there is none
   * @param cause what led to it; null when nothing did
   * @param response what the server answered; null when there is no answer
   */
  public GapException(
      Gap gap,
      int code,
      String message,
      @Nullable Throwable cause,
      @Nullable ServerResponse response) {
    super(Reason.GAP, code, message, cause, response);
    this.gap = gap;
  }

  /** What is missing. */
  public Gap gap() {
    return gap;
  }
}
