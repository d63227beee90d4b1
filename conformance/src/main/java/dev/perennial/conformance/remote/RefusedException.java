package dev.perennial.conformance.remote;

/** Refuses a request of the control protocol, with the status and the message of the answer. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Returns a refusal of a value: the field, the rule and the actual value. */
  static RefusedException wrong(String field, String rule, Object actual) {
    return new RefusedException(400, field + " must be " + rule + " but was " + actual);
  }

  int status() {
    return status;
  }
}
