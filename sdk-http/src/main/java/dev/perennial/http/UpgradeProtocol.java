package dev.perennial.http;

import dev.perennial.StreamSubscription;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import okhttp3.Headers;

/**
 * The protocol that an {@link UpgradeBuilder} upgrades to. It is shared by all connections.
 *
 * @since 0.1.0
 */
public interface UpgradeProtocol {

  /**
   * Returns the headers that ask for the protocol, among them {@code Upgrade} and {@code
   * Connection: Upgrade}. Called for each request, on the subscription's thread.
   */
  Headers handshake();

  /**
   * Makes the connection for one attempt. No I/O happens yet.
   *
   * @param upgrade the handshake, which the connection's {@link StreamConnection#open} does
   */
  StreamConnection newConnection(Attempt attempt, Upgrade upgrade);

  /** As {@link dev.perennial.spi.Transport#ended}. By default nothing is done. */
  default void ended(StreamSubscription subscription) {}
}
