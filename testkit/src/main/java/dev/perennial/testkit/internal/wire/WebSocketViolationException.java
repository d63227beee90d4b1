package dev.perennial.testkit.internal.wire;

import java.io.IOException;

/** Thrown when a client breaks RFC 6455. */
public final class WebSocketViolationException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int closeCode;

  WebSocketViolationException(int closeCode, String message) {
    super(message);
    this.closeCode = closeCode;
  }

  /** Returns the code that the server closes with. */
  public int closeCode() {
    return closeCode;
  }
}
