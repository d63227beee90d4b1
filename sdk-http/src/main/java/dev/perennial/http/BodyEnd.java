package dev.perennial.http;

/** What the end of a body means, when the server sent it in good order. */
enum BodyEnd {
  /** The stream continues with the next connection. */
  CONTINUES,

  /** A marker ends the stream. It is looked for elsewhere. */
  IS_MARKED,

  /** The stream is complete, provided that the server declared the end of the body. */
  COMPLETES,

  /** The stream is complete, also where the body ends only with its connection. */
  COMPLETES_WITH_CONNECTION;

  /** Whether the caller said how the stream ends. */
  boolean isDeclared() {
    return this != CONTINUES;
  }

  /** Whether the stream is complete with its body. */
  boolean completes() {
    return this == COMPLETES || this == COMPLETES_WITH_CONNECTION;
  }
}
