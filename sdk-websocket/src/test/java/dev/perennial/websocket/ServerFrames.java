package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import okio.Buffer;

/** Encodes what a server sends, independently of the codec under test. */
final class ServerFrames {
  private final Buffer bytes = new Buffer();

  ServerFrames text(String text) {
    return frame(0x81, text.getBytes(UTF_8));
  }

  ServerFrames binary(byte... payload) {
    return frame(0x82, payload);
  }

  ServerFrames ping(String payload) {
    return frame(0x89, payload.getBytes(UTF_8));
  }

  ServerFrames pong() {
    return frame(0x8a, new byte[0]);
  }

  ServerFrames close(int code, String reason) {
    return frame(0x88, new Buffer().writeShort(code).writeUtf8(reason).readByteArray());
  }

  ServerFrames frame(int first, String payload) {
    return frame(first, payload.getBytes(UTF_8));
  }

  /** Adds a frame with this first byte and the shortest encoding of its length. */
  ServerFrames frame(int first, byte[] payload) {
    header(first, payload.length);
    bytes.write(payload);
    return this;
  }

  /** Adds a frame without its payload. */
  ServerFrames header(int first, long length) {
    bytes.writeByte(first);
    if (length < 126) {
      bytes.writeByte((int) length);
    } else if (length < 65_536) {
      bytes.writeByte(126).writeShort((int) length);
    } else {
      bytes.writeByte(127).writeLong(length);
    }
    return this;
  }

  ServerFrames raw(int... values) {
    Arrays.stream(values).forEach(bytes::writeByte);
    return this;
  }

  byte[] toBytes() {
    return bytes.snapshot().toByteArray();
  }
}
