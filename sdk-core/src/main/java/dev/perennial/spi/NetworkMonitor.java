package dev.perennial.spi;

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
   * Calls {@code onChange} when that may have changed, on any thread. The call is quick.
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
