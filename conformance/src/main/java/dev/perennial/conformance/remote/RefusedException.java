package dev.perennial.conformance.remote;

/** A request of the control protocol that is refused, with the words for its answer. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** What was sent is wrong: the field, what it has to be, and what it was. */
  static RefusedException wrong(String field, String rule, Object actual) {
    return new RefusedException(400, field + " must be " + rule + " but was " + actual);
  }

  int status() {
    return status;
  }
}
