package dev.perennial.conformance.http2;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * The code of strings in header blocks (RFC 7541, appendix B). It is canonical: codes of one length
 * are consecutive, in the order of their bytes, and follow from the shorter ones. So the lengths
 * are all there is to know.
 */
final class HuffmanCode {
  private static final int LONGEST = 30;
  private static final int LONGEST_PADDING = 7;

  /** The number of bits for each byte. */
  private static final int[] LENGTHS = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5,
    6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23,
    23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20,
    22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22,
    22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26,
    27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25,
    25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26
  };

  /** The bytes in the order of their codes. */
  private static final int[] BYTES = new int[LENGTHS.length];

  /** The first code of each length. */
  private static final int[] FIRST_CODES = new int[LONGEST + 1];

  /** Where the bytes of each length begin in {@link #BYTES}; those of the next length follow. */
  private static final int[] FIRST_BYTES = new int[LONGEST + 2];

  static {
    int code = 0;
    int at = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code <<= 1;
      FIRST_CODES[length] = code;
      FIRST_BYTES[length] = at;
      for (int value = 0; value < LENGTHS.length; value++) {
        if (LENGTHS[value] == length) {
          BYTES[at++] = value;
          code++;
        }
      }
    }
    FIRST_BYTES[LONGEST + 1] = at;
  }

  private HuffmanCode() {}

  /**
   * Decodes a string.
   *
   * @throws IOException if it is none
   */
  static byte[] decoded(byte[] encoded) throws IOException {
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(2 * encoded.length);
    int code = 0;
    int length = 0;
    for (int bit = 0; bit < 8 * encoded.length; bit++) {
      code = (code << 1) | ((encoded[bit / 8] >> (7 - bit % 8)) & 1);
      length++;
      if (length > LONGEST) {
        throw new IOException("No code: " + Arrays.toString(encoded));
      }
      int index = code - FIRST_CODES[length];
      if (index < FIRST_BYTES[length + 1] - FIRST_BYTES[length]) {
        decoded.write(BYTES[FIRST_BYTES[length] + index]);
        code = 0;
        length = 0;
      }
    }
    // RFC 7541 5.2: what is left of the last byte has ones only.
    if (length > LONGEST_PADDING || code != (1 << length) - 1) {
      throw new IOException("No padding: " + Arrays.toString(encoded));
    }
    return decoded.toByteArray();
  }
}
