package dev.perennial.testkit;

import java.io.IOException;

/** Thrown when the server answers a request with an error without calling the handler. */
final class RefusedRequestException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedRequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
