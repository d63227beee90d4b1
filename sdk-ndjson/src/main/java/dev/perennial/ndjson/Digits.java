package dev.perennial.ndjson;

/** Reads lengths in ASCII digits. */
final class Digits {
  private Digits() {}

  /** Returns the number; the largest 64-bit number for any larger one; -1 if it is none. */
  static long value(byte[] array, int from, int to) {
    long value = from == to ? -1 : 0;
    for (int i = from; i < to; i++) {
      int digit = array[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
    }
    return value;
  }
}
