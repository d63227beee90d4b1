package dev.perennial.ndjson;

import java.nio.ByteBuffer;

/**
 * Tells whether bytes are UTF-8 as RFC 3629 has it, which parsers and decoders take less strictly.
 */
final class Utf8 {
  private static final int STRIDE = 2 * Long.BYTES;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /** The index of the first byte from {@code from} on that is no UTF-8; {@code to} if all is. */
  static int wellFormedUpTo(byte[] array, int from, int to) {
    int i = asciiUpTo(array, from, to);
    while (i < to) {
      int length = lengthAt(array, i, to);
      if (length == 0) {
        return i;
      }
      i = asciiUpTo(array, i + length, to);
    }
    return to;
  }

  private static int asciiUpTo(byte[] array, int from, int to) {
    int i = from;
    int last = to - STRIDE;
    if (i <= last && array[i] >= 0) { // Else it is text without runs of ASCII.
      ByteBuffer words = ByteBuffer.wrap(array);
      while (i <= last && ((words.getLong(i) | words.getLong(i + Long.BYTES)) & HIGH_BITS) == 0) {
        i += STRIDE;
      }
    }
    while (i < to && array[i] >= 0) {
      i++;
    }
    return i;
  }

  /** The length of the character at {@code at}, which is not ASCII; 0 when it is malformed. */
  private static int lengthAt(byte[] array, int at, int to) {
    int lead = array[at] & 0xff;
    int length = lengthOf(lead);
    if (length == 0 || length > to - at) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((array[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return isInRange(lead, array[at + 1] & 0xff) ? length : 0;
  }

  private static int lengthOf(int lead) {
    if (lead < 0xc2 || lead > 0xf4) {
      return 0; // A continuation byte, an overlong form of ASCII, or above U+10FFFF.
    }
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  }

  /** RFC 3629, 4: neither an overlong form, nor a surrogate, nor above U+10FFFF. */
  private static boolean isInRange(int lead, int second) {
    return switch (lead) {
      case 0xe0 -> second >= 0xa0;
      case 0xed -> second < 0xa0;
      case 0xf0 -> second >= 0x90;
      case 0xf4 -> second < 0x90;
      default -> true;
    };
  }
}
