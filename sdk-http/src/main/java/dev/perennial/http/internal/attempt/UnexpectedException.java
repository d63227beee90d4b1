package dev.perennial.http.internal.attempt;

import java.io.IOException;

/** Says which exception came where only an {@link IOException} is expected. */
final class UnexpectedException extends IOException {
  private static final long serialVersionUID = 1L;

  UnexpectedException(Exception cause) {
    super("Unexpected " + cause.getClass().getName(), cause);
  }

  /** Returns the exception's class, which is safe to show; its message may hold a secret. */
  String type() {
    Throwable cause = getCause();
    return cause == null ? getClass().getName() : cause.getClass().getName();
  }
}
