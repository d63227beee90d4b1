package dev.perennial.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A whole message as a {@link FakeWebSocketServer} received it.
 *
 * @param connection the number of its connection; the server's first connection has number 1
 * @param isBinary whether it is a binary message and not a text message
 * @param payload the payload
 * @since 0.1.0
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ReceivedMessage(int connection, boolean isBinary, byte[] payload) {

  /** Copies the payload. */
  public ReceivedMessage {
    payload = payload.clone();
  }

  /** Returns a copy of the payload. */
  @Override
  public byte[] payload() {
    return payload.clone();
  }

  /** Returns the payload decoded as UTF-8. */
  public String text() {
    return new String(payload, UTF_8);
  }

  /** Returns the kind, and the text of a text message. */
  @Override
  public String toString() {
    return isBinary ? "binary message of " + payload.length + " bytes" : "text message " + text();
  }
}
