package dev.perennial.json;

import java.io.IOException;

/** What is wrong with a text. The text is to blame, not the code, so there is no trace. */
final class NotJsonException extends IOException {
  private static final long serialVersionUID = 1;

  NotJsonException(String message) {
    super(message);
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
