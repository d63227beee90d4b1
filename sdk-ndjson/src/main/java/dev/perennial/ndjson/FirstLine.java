package dev.perennial.ndjson;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * Notices by the first line of a body that it has another framing than lines, if possible before
 * its LF has come, since that may never come.
 */
final class FirstLine {
  private final ValueScanner scanner = new ValueScanner();

  /** How many bytes of the line were scanned. */
  private int scanned;

  /** How many bytes its first value has; {@link ValueScanner#UNKNOWN} while it is not whole. */
  private int valueBytes = ValueScanner.UNKNOWN;

  /**
   * Checks what has come of the line.
   *
   * @throws TransportException if it cannot be the beginning of one
   */
  void checkBeginning(byte[] array, int from, int to) throws TransportException {
    if (from == to) {
      return;
    }
    if (array[from] != '{' && array[from] != '[') {
      refuse(FramingGuess.ofFirstBytes(array, from, to));
      return;
    }
    if (valueBytes == ValueScanner.UNKNOWN) {
      int end = scanner.endOf(array, from + scanned, to);
      scanned = to - from;
      valueBytes = end == ValueScanner.UNKNOWN ? end : end - from;
    }
    int next = from + valueBytes;
    if (valueBytes != ValueScanner.UNKNOWN && next < to && ValueScanner.isBegin(array[next])) {
      refuse(FramingGuess.CONCATENATED);
    }
  }

  /** Whether the bytes that came are a value that no further byte can continue. */
  boolean isWhole() {
    return valueBytes != ValueScanner.UNKNOWN;
  }

  /**
   * Checks the whole line.
   *
   * @throws TransportException if it shows another framing
   */
  static void check(byte[] array, int from, int to) throws TransportException {
    refuse(FramingGuess.insteadOfLines(array, from, to));
  }

  private static void refuse(@Nullable String guess) throws TransportException {
    if (guess != null) {
      throw new TransportException(
          Reason.MALFORMED,
          "Expected lines with one JSON value each but was something else"
              + FramingGuess.hint(guess));
    }
  }
}
