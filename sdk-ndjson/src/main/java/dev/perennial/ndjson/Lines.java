package dev.perennial.ndjson;

import dev.perennial.http.ReadBuffer;

/** Helps both framers with lines. A line is passed without its LF. */
final class Lines {
  private Lines() {}

  /** Returns the end of the line without the CR that may precede its LF. */
  static int endWithoutCr(byte[] array, int from, int to) {
    return to > from && array[to - 1] == '\r' ? to - 1 : to;
  }

  /** Whether it is a space, a tab or a CR. */
  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  /** Whether the line has nothing but spaces, tabs and CRs. */
  static boolean isBlank(byte[] array, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isBlank(array[i])) {
        return false;
      }
    }
    return true;
  }

  /** Counts the LFs from index {@code from} to before index {@code to}. */
  static int count(ReadBuffer in, int from, int to) {
    int lines = 0;
    for (int i = in.lineFeed(from); i < to; i = in.lineFeed(i + 1)) {
      lines++;
    }
    return lines;
  }
}
