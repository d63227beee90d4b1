package dev.perennial.http;

import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import okhttp3.Headers;

/**
 * The protocol that an {@link UpgradeBuilder} leads to. It is shared by all connections.
 *
 * @since 0.1.0
 */
public interface UpgradeProtocol {

  /**
   * The headers that ask for the protocol, among them {@code Upgrade} and {@code Connection:
   * Upgrade}. Asked for each request anew, on the subscription's thread.
   */
  Headers handshake();

  /**
   * Makes the connection for one attempt. No I/O happens yet.
   *
   * @param upgrade the handshake, which the connection's {@link StreamConnection#open} is to do
   */
  StreamConnection newConnection(Attempt attempt, Upgrade upgrade);
}
