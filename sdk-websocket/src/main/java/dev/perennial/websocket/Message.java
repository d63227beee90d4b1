package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Payload;
import dev.perennial.spi.Frame;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A whole data message, received or to be sent. A received one is also the frame that the
 * subscription reads; unlike most frames it stays valid, since it has an array of its own.
 *
 * @param array the payload, which fills it; valid UTF-8 if this is a received text message
 * @param isBinary false for text
 * @param classifiedAs what the caller's classifier says about it; null if it was not asked
 * @param isAnswered whether it is a control message that the caller's handler has seen
 * @param defect what is wrong with it; null for nothing
 */
@SuppressWarnings("ArrayRecordComponent") // Messages are passed on, never compared.
record Message(
    byte[] array,
    boolean isBinary,
    @Nullable Kind classifiedAs,
    boolean isAnswered,
    @Nullable IOException defect)
    implements Frame {

  Message(byte[] array, boolean isBinary) {
    this(array, isBinary, null, false, null);
  }

  static Message text(String text) {
    return new Message(text.getBytes(UTF_8), /* isBinary= */ false);
  }

  static Message binary(byte[] bytes) {
    return new Message(bytes, /* isBinary= */ true);
  }

  /** A message that stays valid when the payload does not. */
  static Message copyOf(Payload payload) {
    int end = payload.offset() + payload.length();
    return new Message(
        Arrays.copyOfRange(payload.array(), payload.offset(), end), payload.isBinary());
  }

  Message classifiedAs(@Nullable Kind kind) {
    return new Message(array, isBinary, kind, isAnswered, defect);
  }

  Message answered() {
    return new Message(array, isBinary, classifiedAs, /* isAnswered= */ true, defect);
  }

  Message defective(IOException what) {
    return new Message(array, isBinary, classifiedAs, isAnswered, what);
  }

  /** Whether the caller's handler is to see it. */
  boolean isUnansweredControl() {
    return classifiedAs == Kind.CONTROL && !isAnswered;
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
