package dev.perennial.websocket;

/** The opcodes of RFC 6455 5.2. All others are reserved, and no extension of ours defines one. */
final class Opcode {
  static final int CONTINUATION = 0x0;
  static final int TEXT = 0x1;
  static final int BINARY = 0x2;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xa;

  private Opcode() {}

  static boolean isKnown(int opcode) {
    return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
  }

  /** RFC 6455 5.5. */
  static boolean isControl(int opcode) {
    return opcode >= CLOSE;
  }
}
