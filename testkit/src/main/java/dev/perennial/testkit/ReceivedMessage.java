package dev.perennial.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A whole message as a {@link FakeWebSocketServer} received it. Immutable.
 *
 * @since 0.1.0
 */
public final class ReceivedMessage {

  private final int connection;
  private final boolean binary;
  private final byte[] payload;

  ReceivedMessage(int connection, boolean binary, byte[] payload) {
    this.connection = connection;
    this.binary = binary;
    this.payload = payload;
  }

  /** The number of the connection that brought it; the server's first connection has number 1. */
  public int connection() {
    return connection;
  }

  /** Whether it is a binary message and not a text message. */
  public boolean isBinary() {
    return binary;
  }

  /** A copy of the payload. */
  public byte[] payload() {
    return payload.clone();
  }

  /** The payload decoded as UTF-8. */
  public String text() {
    return new String(payload, UTF_8);
  }

  /** The kind, and the text of a text message. */
  @Override
  public String toString() {
    return binary ? "binary message of " + payload.length + " bytes" : "text message " + text();
  }
}
