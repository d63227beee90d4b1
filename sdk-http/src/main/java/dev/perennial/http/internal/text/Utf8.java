package dev.perennial.http.internal.text;

/**
 * Characters in UTF-8 (RFC 3629, section 4): no overlong forms, no surrogates, nothing above
 * U+10FFFF.
 */
public final class Utf8 {
  private Utf8() {}

  /** The length of the character at {@code at}; 0 if it is malformed or not all there. */
  public static int lengthAt(byte[] array, int at, int to) {
    int lead = array[at] & 0xff;
    int length = lengthOf(lead);
    if (length > to - at) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if (!mayFollow(lead, i, array[at + i] & 0xff)) {
        return 0;
      }
    }
    return length;
  }

  /** The length of a character that begins with this byte, which is not ASCII; 0 if none does. */
  public static int lengthOf(int lead) {
    if (lead < 0xc2 || lead > 0xf4) {
      return 0; // A continuation byte, an overlong form of ASCII, or above U+10FFFF.
    }
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  }

  /** Whether {@code next} may be the byte at {@code index} of a character. */
  public static boolean mayFollow(int lead, int index, int next) {
    if ((next & 0xc0) != 0x80) {
      return false;
    }
    if (index > 1) {
      return true;
    }
    return switch (lead) {
      case 0xe0 -> next >= 0xa0; // Below, it would be overlong.
      case 0xed -> next < 0xa0; // Above are the surrogates.
      case 0xf0 -> next >= 0x90; // Below, it would be overlong.
      case 0xf4 -> next < 0x90; // Above is no character.
      default -> true;
    };
  }
}
