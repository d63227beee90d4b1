package dev.perennial.testkit;

import java.io.IOException;

/** A client broke RFC 6455. */
final class WebSocketViolationException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int closeCode;

  WebSocketViolationException(int closeCode, String message) {
    super(message);
    this.closeCode = closeCode;
  }

  /** The code that the server closes with. */
  int closeCode() {
    return closeCode;
  }
}
