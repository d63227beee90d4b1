package dev.perennial.websocket;

/**
 * Who owns the {@link FrameWriter} of a connection: no thread or one, until it is closed. Not
 * thread-safe; {@link FrameSender} guards it with its lock.
 */
final class WriterLease {
  /*
   * The writer is not safe for two threads, and closing the socket's sink while a thread writes to
   * it would break it. So one thread at a time owns it, and whoever owns it last closes it.
   *
   *   IDLE         no thread, and so no owner; the next frame starts a thread
   *   SENDING      a thread owns the writer
   *   RELEASING    a thread owns the writer, and has to close it when it ends
   *   RELEASED     no thread; the first thread that sees this state closes the writer
   *   CLOSED       the writer is closed
   *
   *               begin()                          release()
   *     IDLE ------------------> SENDING -------------------------> RELEASING
   *       ^                         |                                   |
   *       +-------------------------+                                   | end()
   *       |          end()                                              v
   *       +--------------------------------------------------------> RELEASED ------> CLOSED
   *                               release()                           takeToClose()
   *
   * The queue has ended before release(), so no frame asks for a thread in the last three states.
   */

  private enum State {
    IDLE,
    SENDING,
    RELEASING,
    RELEASED,
    CLOSED
  }

  private State state = State.IDLE;

  /** IDLE -> SENDING. Returns whether it was made: then the caller has to start a thread. */
  boolean begin() {
    boolean isIdle = state == State.IDLE;
    if (isIdle) {
      state = State.SENDING;
    }
    return isIdle;
  }

  /** SENDING -> IDLE, RELEASING -> RELEASED: the thread no longer uses the writer. */
  void end() {
    switch (state) {
      case SENDING -> state = State.IDLE;
      case RELEASING -> state = State.RELEASED;
      case IDLE, RELEASED, CLOSED ->
          throw new IllegalStateException("Expected a thread that sends but was " + state);
    }
  }

  /** IDLE -> RELEASED, SENDING -> RELEASING: no thread follows. Nothing in any other state. */
  void release() {
    if (state == State.IDLE) {
      state = State.RELEASED;
    } else if (state == State.SENDING) {
      state = State.RELEASING;
    }
  }

  /** RELEASED -> CLOSED. Returns whether it was made: then the caller has to close the writer. */
  boolean takeToClose() {
    boolean isReleased = state == State.RELEASED;
    if (isReleased) {
      state = State.CLOSED;
    }
    return isReleased;
  }
}
