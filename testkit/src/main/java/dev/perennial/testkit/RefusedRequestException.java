package dev.perennial.testkit;

import java.io.IOException;

/** A request that the server answers with an error by itself. */
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
