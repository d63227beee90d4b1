package dev.perennial.ndjson;

/**
 * Finds the end of one JSON value whose bytes come piece by piece, by its brackets and quotes.
 * Whether it is valid is checked later. Not thread-safe.
 */
final class ValueScanner {
  /** What {@link #endOf} returns while the value's last byte has not come. */
  static final int UNKNOWN = -1;

  private boolean hasBegun;
  private int depth;
  private boolean isInString;
  private boolean isEscaped;

  /** Whether the value is a number, true, false or null: its end shows by what follows. */
  private boolean isBare;

  /** Expects the first byte of a value. */
  void reset() {
    hasBegun = false;
    depth = 0;
    isInString = false;
    isEscaped = false;
    isBare = false;
  }

  /** Whether a value begins with this byte, unless its bytes turn out to be none. */
  static boolean isBegin(byte b) {
    return switch (b) {
      case '{', '[', '"', '-', 't', 'f', 'n' -> true;
      default -> b >= '0' && b <= '9';
    };
  }

  /** White space of JSON (RFC 8259, 2). */
  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  /** Returns the index of the first byte from {@code from} on that is not white space. */
  static int skipBlanks(byte[] array, int from, int to) {
    int i = from;
    while (i < to && isBlank(array[i])) {
      i++;
    }
    return i;
  }

  /** Whether what was scanned so far is whole if nothing follows: a number or a literal. */
  boolean isBare() {
    return isBare;
  }

  /** How many brackets are open. */
  int depth() {
    return depth;
  }

  /**
   * Scans the next bytes of the value, which it has not seen before.
   *
   * @return the index after the value's last byte; {@link #UNKNOWN} if that has not come
   */
  int endOf(byte[] array, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = array[i];
      if (isInString) {
        isInString = isEscaped || b != '"';
        isEscaped = !isEscaped && b == '\\';
        if (!isInString && depth == 0) {
          return i + 1;
        }
      } else if (isBare) {
        if (endsBare(b)) {
          return i;
        }
      } else if (take(b)) {
        return i + 1;
      }
    }
    return UNKNOWN;
  }

  /** Takes a byte outside strings; returns whether it is the last one. */
  private boolean take(byte b) {
    boolean isFirst = !hasBegun;
    hasBegun = true;
    switch (b) {
      case '"' -> isInString = true;
      case '{', '[' -> depth++;
      case '}', ']' -> depth--;
      default -> isBare = isFirst;
    }
    return !isInString && !isBare && depth <= 0;
  }

  private static boolean endsBare(byte b) {
    boolean isLetter = (b | 0x20) >= 'a' && (b | 0x20) <= 'z'; // In lower case.
    return !isLetter && (b < '0' || b > '9') && b != '.' && b != '-' && b != '+';
  }
}
