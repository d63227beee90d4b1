package dev.perennial.http;

import dev.perennial.http.internal.text.Utf8;
import java.nio.ByteBuffer;

/**
 * Checks that bytes are well-formed UTF-8 (RFC 3629, section 4): no overlong forms, no surrogates,
 * nothing above U+10FFFF. The decoders of the JDK and of Jackson replace or accept some of these.
 *
 * <p>Internal: shared by the transports of this library. Applications should not use it. Not
 * thread-safe; one object serves any number of texts, one after the other.
 *
 * @since 0.1.0
 */
public final class Utf8Validator {
  private static final int STRIDE = 2 * Long.BYTES;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** How many bytes of an incomplete character were accepted; 0 between characters. */
  private int taken;

  /** The first of these bytes; meaningful while there is one. */
  private int lead;

  /** A validator at the beginning of a text. */
  public Utf8Validator() {}

  /**
   * Checks the next bytes of a text, which may end within a character. Refuses a character at the
   * first byte that cannot continue it, wherever the text was cut.
   *
   * @param from the index of the first byte
   * @param to the index after the last byte
   * @return false if the text is malformed; then nothing more of it may be checked
   */
  public boolean accepts(byte[] array, int from, int to) {
    return scan(array, from, to) == to;
  }

  /** Whether the bytes that were accepted so far do not end within a character. */
  public boolean isComplete() {
    return taken == 0;
  }

  /**
   * Checks a whole text.
   *
   * @param from the index of its first byte
   * @param to the index after its last byte
   * @return the index at which the first malformed sequence begins; {@code to} if there is none
   */
  public int firstMalformed(byte[] array, int from, int to) {
    taken = 0;
    return scan(array, from, to) - taken;
  }

  /** Returns the index of the first byte that is refused; {@code to} if none is. */
  private int scan(byte[] array, int from, int to) {
    int i = from;
    while (i < to) {
      int length = 0;
      if (taken == 0) {
        i = skipAscii(array, i, to);
        length = i < to ? Utf8.lengthAt(array, i, to) : 0;
      }
      if (length > 0) {
        i += length;
      } else if (i < to) { // A character that is malformed, or was cut.
        if (!acceptsByte(array[i] & 0xff)) {
          return i;
        }
        i++;
      }
    }
    return to;
  }

  private static int skipAscii(byte[] array, int from, int to) {
    int i = from;
    int last = to - STRIDE;
    if (i <= last && array[i] >= 0) { // Otherwise it is text without runs of ASCII.
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

  private boolean acceptsByte(int next) {
    if (taken == 0) {
      lead = next;
      if (Utf8.lengthOf(lead) == 0) {
        return false;
      }
    } else if (!Utf8.mayFollow(lead, taken, next)) {
      return false;
    }
    taken = taken + 1 < Utf8.lengthOf(lead) ? taken + 1 : 0;
    return true;
  }
}
