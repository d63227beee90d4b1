package dev.perennial.internal.retry;

import dev.perennial.StreamException;

/**
 * Counts the failures in a row of one subscription and says how long to wait after each. Used by
 * the engine thread only.
 */
public interface Backoff {
  /** What {@link #nextDelayNanos} returns when the subscription should give up. */
  long GIVE_UP = -1;

  /** Counts a failure. Returns the delay before the next attempt, or {@link #GIVE_UP}. */
  long nextDelayNanos(StreamException failure);

  /** Returns the delay after an orderly end, which is no failure and is not counted. */
  long orderlyDelayNanos();

  /** Returns how many attempts in a row have failed. */
  int failures();

  /** Returns how long a connection must have been open when it makes progress to reset this. */
  long resetAfterNanos();

  /** Forgets the failures: the next one is the first. */
  void reset();

  /** Forgets this many of the failures. */
  void forgive(int count);

  /** Makes a delay that the server asked for the base and the least delay, until it asks again. */
  void serverBase(long nanos);

  /** Creates the backoff of one subscription. */
  @FunctionalInterface
  interface Factory {
    Backoff create(Jitter jitter);
  }
}
