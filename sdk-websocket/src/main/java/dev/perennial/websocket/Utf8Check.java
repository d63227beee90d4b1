package dev.perennial.websocket;

import java.nio.ByteBuffer;

/**
 * Whether bytes are UTF-8 by RFC 3629 4, however they are cut: no overlong forms, no surrogates,
 * nothing above U+10FFFF. A sequence is refused at the first byte that cannot continue it.
 */
final class Utf8Check {
  private static final int STRIDE = 2 * Long.BYTES;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** How many continuation bytes the open sequence still needs; 0 between characters. */
  private int missing;

  // The bounds of the next continuation byte; meaningful while one is missing.
  private int lowest;
  private int highest;

  /** Takes the next bytes; false when they are no UTF-8, and then this serves no more. */
  boolean accepts(byte[] array, int from, int to) {
    int i = from;
    while (true) {
      if (missing == 0) {
        i = afterAscii(array, i, to);
      }
      if (i == to) {
        return true;
      }
      int next = array[i++] & 0xff;
      boolean isValid = missing == 0 ? begin(next) : goOn(next);
      if (!isValid) {
        return false;
      }
    }
  }

  /** Whether no sequence is open. */
  boolean isWhole() {
    return missing == 0;
  }

  private static int afterAscii(byte[] array, int from, int to) {
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

  /** Takes a byte from 0x80 on that begins a sequence, or cannot. */
  private boolean begin(int lead) {
    lowest = 0x80;
    highest = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) { // 0xc0 and 0xc1 would be overlong.
      missing = 1;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      missing = 2;
      if (lead == 0xe0) {
        lowest = 0xa0; // Below, it would be overlong.
      } else if (lead == 0xed) {
        highest = 0x9f; // Above are the surrogates.
      }
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      missing = 3;
      if (lead == 0xf0) {
        lowest = 0x90; // Below, it would be overlong.
      } else if (lead == 0xf4) {
        highest = 0x8f; // Above is no character.
      }
    } else {
      return false;
    }
    return true;
  }

  private boolean goOn(int next) {
    if (next < lowest || next > highest) {
      return false;
    }
    missing--;
    lowest = 0x80;
    highest = 0xbf;
    return true;
  }
}
