package dev.perennial.internal.queue;

/** What happens when the queue is full. */
public enum OverflowMode {
  /** The server is held back. */
  BLOCK,
  /** The oldest event is dropped. */
  DROP_OLDEST,
  /** The event that came last is dropped. */
  DROP_NEWEST,
  /** The subscription ends. */
  FAIL
}
