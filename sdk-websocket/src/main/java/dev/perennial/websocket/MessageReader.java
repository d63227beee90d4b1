package dev.perennial.websocket;

import java.io.IOException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages that a server sends (RFC 6455 and, if it was agreed on, RFC 7692). Used by one
 * thread, except {@link #isInsideMessage}. Must not be used again after it threw an exception.
 */
final class MessageReader {

  /** Called by {@link #next}, on its thread, for what it reads before the end of a message. */
  interface Listener {

    /** The first byte of a message was read. */
    void onMessageStart();

    /**
     * A ping came, which has to be answered (RFC 6455, 5.5.2), perhaps in the middle of a message.
     *
     * @param payload at most 125 bytes; the listener may keep the array
     */
    void onPing(byte[] payload) throws IOException;

    /** A pong came, perhaps in the middle of a message. */
    void onPong();
  }

  private final BufferedSource in;
  private final @Nullable MessageInflater inflater;
  private final Listener listener;
  private final FrameHeader header;
  private final MessageBuffer message;

  /** Written by the reader thread only. */
  private volatile boolean isInsideMessage;

  // Used by the reader thread only.
  private @Nullable ReceivedClose close; // Null until one came.
  private boolean isCompressed; // Whether the message is; meaningful inside one.

  /**
   * A reader at the first byte after the handshake.
   *
   * @param in left open
   * @param maxMessageBytes the size limit of a message, in bytes after inflating
   * @param inflater null if permessage-deflate was not agreed on; left open
   */
  MessageReader(
      BufferedSource in,
      int maxMessageBytes,
      @Nullable MessageInflater inflater,
      Listener listener) {
    this.in = in;
    this.inflater = inflater;
    this.listener = listener;
    this.header = new FrameHeader(inflater != null);
    this.message = new MessageBuffer(maxMessageBytes);
  }

  /**
   * Waits for the next message and returns it; null if the server sent a close frame.
   *
   * @throws FrameException if the server broke a rule or a limit; it names the code to close with
   * @throws java.io.EOFException if the connection ended without a close frame
   * @throws IOException if the connection failed, or the listener threw
   */
  @Nullable Message next() throws IOException {
    while (close == null) {
      header.readFirst(in);
      if (header.isControl()) {
        header.readLength(in);
        takeControlFrame();
        continue;
      }
      startOrContinueMessage();
      header.readLength(in);
      Message whole = takePayload();
      if (whole != null) {
        isInsideMessage = false;
        return whole;
      }
    }
    return null;
  }

  /** The server's close frame; null until it came. */
  @Nullable ReceivedClose close() {
    return close;
  }

  /** Whether the first byte of a message came and its last did not. Any thread. */
  boolean isInsideMessage() {
    return isInsideMessage;
  }

  private void takeControlFrame() throws IOException {
    FrameHeader.require(in, header.length());
    byte[] payload = in.readByteArray(header.length());
    switch (header.opcode()) {
      case FrameHeader.OPCODE_CLOSE -> close = ReceivedClose.parse(payload);
      case FrameHeader.OPCODE_PING -> listener.onPing(payload);
      case FrameHeader.OPCODE_PONG -> listener.onPong();
      default -> throw new IllegalStateException("Unknown control frame " + header.opcode());
    }
  }

  /** RFC 6455, 5.4: the frames of two messages are never interleaved. */
  private void startOrContinueMessage() throws FrameException {
    boolean isContinuation = header.opcode() == FrameHeader.OPCODE_CONTINUATION;
    if (isContinuation && !isInsideMessage) {
      throw FrameException.protocol("Expected the first frame of a message but was a continuation");
    } else if (!isContinuation && isInsideMessage) {
      throw FrameException.protocol(
          "Expected a continuation of the message but was a frame with opcode " + header.opcode());
    } else if (!isContinuation) {
      listener.onMessageStart(); // Before the flag, since its readers ask for the time.
      isInsideMessage = true;
      isCompressed = header.isCompressed();
      message.start(header.opcode() == FrameHeader.OPCODE_BINARY);
    }
  }

  /** Returns the message; null if a continuation follows. */
  private @Nullable Message takePayload() throws IOException {
    if (isCompressed && inflater != null) {
      inflater.inflate(in, header.length(), message);
      if (header.isFinal()) {
        inflater.endMessage(message);
      }
    } else if (isWholeAndBuffered()) {
      return message.readWhole(in, header.length());
    } else {
      message.read(in, header.length());
    }
    return header.isFinal() ? message.end() : null;
  }

  private boolean isWholeAndBuffered() {
    boolean isWhole = header.isFinal() && header.opcode() != FrameHeader.OPCODE_CONTINUATION;
    return isWhole && in.getBuffer().size() >= header.length();
  }
}
