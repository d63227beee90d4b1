package dev.perennial.ndjson;

import dev.perennial.http.ReadBuffer;

/** What both framings know of lines. A line is given without its LF. */
final class Lines {
  private Lines() {}

  /** Where the line ends without the CR that may stand before its LF. */
  static int endWithoutCr(byte[] array, int from, int to) {
    return to > from && array[to - 1] == '\r' ? to - 1 : to;
  }

  /** Whether it has nothing but spaces, tabs and CRs. */
  static boolean isBlank(byte[] array, int from, int to) {
    for (int i = from; i < to; i++) {
      if (array[i] != ' ' && array[i] != '\t' && array[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /** How many LFs there are from index {@code from} up to index {@code to}. */
  static int count(ReadBuffer in, int from, int to) {
    int lines = 0;
    for (int i = in.lineFeed(from); i < to; i = in.lineFeed(i + 1)) {
      lines++;
    }
    return lines;
  }
}
