package dev.perennial.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.codehaus.mojo.animal_sniffer.IgnoreJRERequirement;

/**
 * The word-at-a-time half of {@link LineScanner}, which loads this class only where {@code
 * VarHandle} exists.
 */
@IgnoreJRERequirement
final class WordScanner {
  // Little endian whatever the machine is, so that the first byte in memory is the lowest.
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int STRIDE = 2 * Long.BYTES;

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long ABOVE_CR = ('\r' + 1) * ONES;
  private static final long LINE_FEEDS = '\n' * ONES;
  private static final long CARRIAGE_RETURNS = '\r' * ONES;

  private WordScanner() {}

  /**
   * Returns the index of the first LF or CR from {@code from} on, or else of the rest that is too
   * short for words.
   */
  static int lineEnd(byte[] array, int from, int to) {
    int i = from;
    for (int last = to - STRIDE; i <= last; i += STRIDE) {
      long first = (long) WORDS.get(array, i);
      long second = (long) WORDS.get(array, i + Long.BYTES);
      // Most text has no byte below 0x0e but line ends: one cheap test for both words.
      if (((bytesUpToCr(first) | bytesUpToCr(second)) & HIGH_BITS) == 0) {
        continue;
      }
      long ends = lineEnds(first);
      if (ends != 0) {
        return i + firstByteOf(ends);
      }
      ends = lineEnds(second);
      if (ends != 0) {
        return i + Long.BYTES + firstByteOf(ends);
      }
    }
    return i;
  }

  /**
   * Returns the index of the first LF from {@code from} on, or else of the rest that is too short
   * for words.
   */
  static int lineFeed(byte[] array, int from, int to) {
    int i = from;
    for (int last = to - Long.BYTES; i <= last; i += Long.BYTES) {
      long others = (long) WORDS.get(array, i) ^ LINE_FEEDS;
      long feeds = (others - ONES) & ~others & HIGH_BITS;
      if (feeds != 0) {
        return i + firstByteOf(feeds);
      }
    }
    return i;
  }

  /** Has a high bit if and only if a byte of the word is CR or below. */
  private static long bytesUpToCr(long word) {
    return (word - ABOVE_CR) & ~word;
  }

  /** The high bit of each line end, and of some bytes above one: the lowest is always right. */
  private static long lineEnds(long word) {
    long lineFeeds = word ^ LINE_FEEDS;
    long carriageReturns = word ^ CARRIAGE_RETURNS;
    return (((lineFeeds - ONES) & ~lineFeeds) | ((carriageReturns - ONES) & ~carriageReturns))
        & HIGH_BITS;
  }

  private static int firstByteOf(long highBits) {
    return Long.numberOfTrailingZeros(highBits) >> 3;
  }
}
