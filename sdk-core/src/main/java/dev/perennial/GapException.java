package dev.perennial;

/**
 * Events are missing and the subscription ends because of it.
 *
 * @since 0.1.0
 */
public final class GapException extends StreamException {
  private static final long serialVersionUID = 1L;

  private final transient Gap gap;

  GapException(
      Gap gap, int code, String message, @org.jspecify.annotations.Nullable Throwable cause) {
    super(Reason.GAP, code, message, cause);
    this.gap = gap;
  }

  /** What is missing. */
  public Gap gap() {
    return gap;
  }
}
