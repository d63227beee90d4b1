package dev.perennial.spi;

import org.jspecify.annotations.Nullable;

/**
 * What the platform knows about the network. With one, subscriptions do not try while there is
 * none, and try at once when it is back.
 *
 * @since 0.1.0
 */
public interface NetworkMonitor {

  /** Whether there is a network. Quick; called by any thread. */
  boolean isOnline();

  /**
   * Returns what identifies the network in use, such as Android's {@code Network}; two networks are
   * the same if these are equal. When it is another one than before, subscriptions end their waits
   * and have open connections show that they still work: their path may be gone although both
   * networks are there. A connection that brings no byte within 4 seconds is replaced. By default
   * null: the monitor cannot tell, and each call of {@code onChange} while there is a network may
   * mean another one. Quick; called by any thread while online.
   */
  default @Nullable Object network() {
    return null;
  }

  /**
   * Calls {@code onChange} when {@link #isOnline} or {@link #network} may have changed, on any
   * thread. The call is quick.
   *
   * @return closes the listener
   */
  Listening listen(Runnable onChange);

  /** A listener that was registered. */
  @FunctionalInterface
  interface Listening extends AutoCloseable {

    /** Takes the listener away. Idempotent. */
    @Override
    void close();
  }
}
