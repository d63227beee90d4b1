package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.spi.Frame;
import org.jspecify.annotations.Nullable;

/** The one frame of a connection: a view of the message that was taken last. */
final class MessageFrame implements Frame {
  private static final Message NOTHING = new Message(new byte[0], false);

  private Message message = NOTHING;

  MessageFrame() {}

  MessageFrame of(Message newMessage) {
    message = newMessage;
    return this;
  }

  @Override
  public Kind kind() {
    return Kind.EVENT;
  }

  @Override
  public @Nullable String id() {
    return null;
  }

  @Override
  public String type() {
    return "message";
  }

  @Override
  public boolean isBinary() {
    return message.isBinary();
  }

  @Override
  public byte[] array() {
    return message.bytes();
  }

  @Override
  public int offset() {
    return 0;
  }

  @Override
  public int length() {
    return message.bytes().length;
  }

  @Override
  public String text() {
    return new String(message.bytes(), UTF_8);
  }

  @Override
  public String toString() {
    return message.toString();
  }
}
