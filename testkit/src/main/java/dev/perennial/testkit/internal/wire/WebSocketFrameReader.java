package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.WebSocketFrame;
import dev.perennial.testkit.internal.FrameCodec;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads the frames of one client, with any opcodes and bits. */
public final class WebSocketFrameReader {

  public static final int MOST_BYTES = 16 * 1024 * 1024;

  private final InputStream input;

  public WebSocketFrameReader(InputStream input) {
    this.input = input;
  }

  /** Reads the next frame; null when the connection ended orderly before it. */
  public @Nullable WebSocketFrame read() throws IOException {
    int first = input.read();
    if (first < 0) {
      return null;
    }
    int second = (int) number(1);
    if ((second & 0x80) == 0) {
      // RFC 6455 5.1: a server closes when it receives a frame that is not masked.
      throw new WebSocketViolationException(1002, "Expected a masked frame but it was not masked");
    }
    long length = lengthFrom(second & 0x7f);
    if (length < 0 || length > MOST_BYTES) {
      throw new WebSocketViolationException(
          1009, "Expected a frame up to " + MOST_BYTES + " bytes but it has " + length);
    }
    byte[] mask = bytes(4);
    byte[] payload = bytes((int) length);
    FrameCodec.mask(payload, mask);
    WebSocketFrame frame = WebSocketFrame.of(first & 0xf, payload).withRsv((first >>> 4) & 7);
    return (first & FrameCodec.FIN_BIT) != 0 ? frame : frame.unfinished();
  }

  private long lengthFrom(int seven) throws IOException {
    return switch (seven) {
      case 126 -> number(2);
      case 127 -> number(8);
      default -> seven;
    };
  }

  private long number(int size) throws IOException {
    long number = 0;
    for (byte next : bytes(size)) {
      number = number << 8 | (next & 0xff);
    }
    return number;
  }

  private byte[] bytes(int size) throws IOException {
    byte[] bytes = input.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("The connection ended within a frame");
    }
    return bytes;
  }
}
