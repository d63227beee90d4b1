package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import okio.Buffer;

/** Decodes what a server reads (RFC 6455, 5.2 and 5.3), independently of the codec under test. */
record ClientFrame(String kind, byte[] payload) {

  /** Reads a frame, which must be whole and masked. */
  static ClientFrame read(Buffer wire) throws Exception {
    String kind = kindOf(wire.readByte() & 0xff);
    int second = wire.readByte() & 0xff;
    if ((second & 0x80) == 0) {
      throw new AssertionError("Expected a masked frame");
    }
    int length = second & 0x7f;
    if (length == 126) {
      length = wire.readShort() & 0xffff;
    } else if (length == 127) {
      length = (int) wire.readLong();
    }
    byte[] key = wire.readByteArray(4);
    byte[] payload = wire.readByteArray(length);
    for (int i = 0; i < length; i++) {
      payload[i] ^= key[i % 4];
    }
    return new ClientFrame(kind, payload);
  }

  /** Reads all frames. */
  static List<String> readAll(Buffer wire) throws Exception {
    List<String> frames = new ArrayList<>();
    while (!wire.exhausted()) {
      frames.add(read(wire).toString());
    }
    return frames;
  }

  private static String kindOf(int first) {
    return switch (first) {
      case 0x01 -> "text part";
      case 0x00 -> "part";
      case 0x80 -> "last part";
      case 0x81 -> "text";
      case 0x82 -> "binary";
      case 0x88 -> "close";
      case 0x89 -> "ping";
      case 0x8a -> "pong";
      default -> throw new AssertionError("Unexpected first byte " + first);
    };
  }

  @Override
  public String toString() {
    if (!kind.equals("close") || payload.length == 0) {
      return kind + " " + new String(payload, ISO_8859_1);
    }
    int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    return kind + " " + code + " " + new String(payload, 2, payload.length - 2, ISO_8859_1);
  }
}
