package dev.perennial.http;

/**
 * Finds the ends of lines: word by word where the platform has {@code VarHandle}, byte by byte
 * where it does not (Android before 13).
 */
final class LineScanner {
  private static final boolean HAS_WORDS = hasVarHandle();

  private LineScanner() {}

  /** Returns the index of the first LF or CR from {@code from} on; {@code to} if there is none. */
  static int lineEnd(byte[] array, int from, int to) {
    int rest = HAS_WORDS ? WordScanner.lineEnd(array, from, to) : from;
    return lineEndByteByByte(array, rest, to);
  }

  /** Returns the index of the first LF from {@code from} on; {@code to} if there is none. */
  static int lineFeed(byte[] array, int from, int to) {
    int rest = HAS_WORDS ? WordScanner.lineFeed(array, from, to) : from;
    return lineFeedByteByByte(array, rest, to);
  }

  /** Does what {@link #lineFeed} does, without words. */
  static int lineFeedByteByByte(byte[] array, int from, int to) {
    for (int i = from; i < to; i++) {
      if (array[i] == '\n') {
        return i;
      }
    }
    return to;
  }

  /** Does what {@link #lineEnd} does, without words. */
  static int lineEndByteByByte(byte[] array, int from, int to) {
    for (int i = from; i < to; i++) {
      // Both are below every printable character: one comparison for most bytes, even non-ASCII.
      if ((array[i] & 0xff) <= '\r' && (array[i] == '\n' || array[i] == '\r')) {
        return i;
      }
    }
    return to;
  }

  // By name, since D8 rewrites a class literal of VarHandle to a substitute of its own.
  private static boolean hasVarHandle() {
    try {
      Class.forName("java.lang.invoke.VarHandle");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
