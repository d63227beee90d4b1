package dev.perennial.websocket;

import java.io.IOException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a server by RFC 6455 and, where it was agreed, RFC 7692. It belongs to one
 * thread, but for {@link #isInsideMessage}. After an exception it must not be asked again.
 */
final class MessageReader {

  /** Hears of control frames on the thread that reads, also between the frames of a message. */
  interface Heard {

    /** A ping to be answered (RFC 6455 5.5.2), with at most 125 bytes, which are the callee's. */
    void ping(byte[] payload) throws IOException;

    /** A pong, to whichever ping. */
    void pong();
  }

  private final BufferedSource in;
  private final @Nullable MessageInflater inflation;
  private final Heard heard;
  private final FrameHeader header;
  private final MessageBuffer message;

  private volatile boolean isInsideMessage; // Written by the thread that reads.

  // Touched by the thread that reads alone.
  private @Nullable CloseFrame close; // Null until one came.
  private boolean isCompressed; // Meaningful inside a message.

  /**
   * A reader at the first byte after the handshake.
   *
   * @param in left open
   * @param maxMessageBytes how large a message may be, inflated
   * @param inflation null when permessage-deflate was not agreed; left open
   */
  MessageReader(
      BufferedSource in, int maxMessageBytes, @Nullable MessageInflater inflation, Heard heard) {
    this.in = in;
    this.inflation = inflation;
    this.heard = heard;
    this.header = new FrameHeader(inflation != null);
    this.message = new MessageBuffer(maxMessageBytes);
  }

  /**
   * The next message, which is waited for; null once the server has sent a close frame.
   *
   * @throws FrameException when the server broke a rule or a limit; it says what to close with
   * @throws java.io.EOFException when the connection ended without a close frame
   * @throws IOException when the connection broke, or {@link Heard} threw
   */
  @Nullable Message next() throws IOException {
    while (close == null) {
      header.readFirst(in);
      if (header.isControl()) {
        header.readLength(in);
        takeControlFrame();
        continue;
      }
      beginOrGoOn();
      header.readLength(in);
      Message ended = takePayload();
      if (ended != null) {
        isInsideMessage = false;
        return ended;
      }
    }
    return null;
  }

  /** What the server closed with; null until then. */
  @Nullable CloseFrame close() {
    return close;
  }

  /** Whether the first byte of a message came and its last did not. For any thread. */
  boolean isInsideMessage() {
    return isInsideMessage;
  }

  private void takeControlFrame() throws IOException {
    FrameHeader.require(in, header.length());
    byte[] payload = in.readByteArray(header.length());
    switch (header.opcode()) {
      case FrameHeader.OPCODE_CLOSE -> close = CloseFrame.parse(payload);
      case FrameHeader.OPCODE_PING -> heard.ping(payload);
      case FrameHeader.OPCODE_PONG -> heard.pong();
      default -> throw new IllegalStateException("Unknown control frame " + header.opcode());
    }
  }

  /** RFC 6455 5.4: the frames of two messages are never mixed. */
  private void beginOrGoOn() throws FrameException {
    boolean isContinuation = header.opcode() == FrameHeader.OPCODE_CONTINUATION;
    if (isContinuation && !isInsideMessage) {
      throw FrameException.protocol("Expected the first frame of a message but was a continuation");
    } else if (!isContinuation && isInsideMessage) {
      throw FrameException.protocol(
          "Expected a continuation of the message but was a frame with opcode " + header.opcode());
    } else if (!isContinuation) {
      isInsideMessage = true;
      isCompressed = header.isCompressed();
      message.begin(header.opcode() == FrameHeader.OPCODE_BINARY);
    }
  }

  /** Returns the message; null when a continuation is to come. */
  private @Nullable Message takePayload() throws IOException {
    if (isCompressed && inflation != null) {
      inflation.inflate(in, header.length(), message);
      if (header.isFinal()) {
        inflation.end();
      }
    } else if (isWholeAndHere()) {
      return message.readWhole(in, header.length());
    } else {
      message.read(in, header.length());
    }
    return header.isFinal() ? message.end() : null;
  }

  private boolean isWholeAndHere() {
    boolean isWhole = header.isFinal() && header.opcode() != FrameHeader.OPCODE_CONTINUATION;
    return isWhole && in.getBuffer().size() >= header.length();
  }
}
