package dev.perennial.websocket;

import dev.perennial.StreamSubscription;
import dev.perennial.http.Upgrade;
import dev.perennial.http.UpgradeProtocol;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import java.security.SecureRandom;
import okhttp3.Headers;

/** Makes connections that speak RFC 6455 after OkHttp's upgrade. */
final class WebSocketProtocol implements UpgradeProtocol {

  /** Makes masking keys, which must be unpredictable (RFC 6455, 10.3). */
  private static final SecureRandom RANDOM = new SecureRandom();

  private final WebSocketOptions options;

  WebSocketProtocol(WebSocketOptions options) {
    this.options = options;
  }

  @Override
  public Headers handshake() {
    return Handshake.headers(options, RANDOM);
  }

  @Override
  public StreamConnection newConnection(Attempt attempt, Upgrade upgrade) {
    return new WebSocketConnection(options, attempt, upgrade, RANDOM);
  }

  @Override
  public void ended(StreamSubscription subscription) {
    WebSocketSender sender = options.sender();
    if (sender != null) {
      sender.ended(subscription);
    }
  }
}
