package dev.perennial.internal.queue;

/** What of the queue of a {@code QueuedDelivery} may still be delivered. */
enum Phase {
  /** All that the engine puts in. */
  OPEN,
  /** Nothing but the end: the consumer threw. */
  BROKEN,
  /** What is in the queue, then the end. */
  FINISHED,
  /** Nothing: no callback begins any more. */
  CLOSED
}
