package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.spi.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A whole data message, received or to be sent. A received one is also the frame that the
 * subscription reads; unlike most frames it stays valid, since it has an array of its own.
 *
 * @param array the payload, which fills it; valid UTF-8 if this is a received text message
 * @param isBinary false for text
 */
@SuppressWarnings("ArrayRecordComponent") // Messages are passed on, never compared.
record Message(byte[] array, boolean isBinary) implements Frame {

  static Message text(String text) {
    return new Message(text.getBytes(UTF_8), /* isBinary= */ false);
  }

  static Message binary(byte[] bytes) {
    return new Message(bytes, /* isBinary= */ true);
  }

  @Override
  public Kind kind() {
    return Kind.EVENT;
  }

  /** Null: a WebSocket message has no id outside its payload. */
  @Override
  public @Nullable String id() {
    return null;
  }

  @Override
  public String type() {
    return "message";
  }

  @Override
  public int offset() {
    return 0;
  }

  @Override
  public int length() {
    return array.length;
  }

  @Override
  public String text() {
    return new String(array, UTF_8);
  }

  /** Leaves out the payload, which may be secret. */
  @Override
  public String toString() {
    return "Message(" + (isBinary ? "binary" : "text") + ", " + array.length + " bytes)";
  }
}
