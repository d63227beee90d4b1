package dev.perennial.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class LineScannerTest {

  @Test
  void findsTheFirstLineEndAtEveryPlaceOfEveryRange() {
    for (byte lineEnd : new byte[] {'\n', '\r'}) {
      for (int from = 0; from < 9; from++) {
        for (int to = from; to <= 40; to++) {
          for (int at = from; at < to; at++) {
            byte[] array = filled('x', 48);
            array[at] = lineEnd;

            assertFound(at, array, from, to);
            assertFed(lineEnd == '\n' ? at : to, array, from, to);
          }
        }
      }
    }
  }

  @Test
  void looksNeitherBeforeNorAfterTheRange() {
    byte[] array = filled('\n', 40);
    Arrays.fill(array, 7, 30, (byte) 'x');

    assertFound(30, array, 7, 30);
    assertFound(12, array, 12, 12);
    assertFed(30, array, 7, 30);
    assertFed(12, array, 12, 12);
  }

  @Test
  void noOtherByteIsALineEnd() {
    for (int value = 0; value < 256; value++) {
      byte[] array = filled(value, 24);
      boolean isLineEnd = value == '\n' || value == '\r';

      assertFound(isLineEnd ? 0 : 24, array, 0, 24);
      assertFed(value == '\n' ? 0 : 24, array, 0, 24);
    }
  }

  @Test
  void bytesThatABorrowCouldTurnIntoLineEndsAreNone() {
    // 0x0b and 0x0c after 0x0a, 0x0e after 0x0d: the neighbours that the subtraction borrows from.
    byte[] array =
        "\u000b\u000c\u000e\u000b\u008a\u008d\u000b\u000b\n\u000b\u000c".getBytes(ISO_8859_1);

    assertFound(8, array, 0, array.length);
    assertFound(8, array, 1, array.length);
    assertFed(8, array, 0, array.length);
    assertFed(8, array, 1, array.length);
  }

  @Property
  void wordsFindWhatBytesFind(
      @ForAll("arrays") byte[] array, @ForAll int first, @ForAll int second) {
    int one = Math.floorMod(first, array.length + 1);
    int other = Math.floorMod(second, array.length + 1);
    int from = Math.min(one, other);
    int to = Math.max(one, other);

    assertEquals(LineScanner.lineEndByteByByte(array, from, to), endByWords(array, from, to));
    assertEquals(LineScanner.lineFeedByteByByte(array, from, to), feedByWords(array, from, to));
  }

  @Provide
  Arbitrary<byte[]> arrays() {
    Arbitrary<Byte> nearLineEnds = Arbitraries.of(9, 10, 11, 12, 13, 14).map(Integer::byteValue);
    Arbitrary<Byte> others = Arbitraries.bytes();
    return Arbitraries.oneOf(nearLineEnds, others, others, others)
        .array(byte[].class)
        .ofMaxSize(100);
  }

  private static byte[] filled(int value, int length) {
    byte[] array = new byte[length];
    Arrays.fill(array, (byte) value);
    return array;
  }

  private static void assertFound(int expected, byte[] array, int from, int to) {
    assertEquals(expected, LineScanner.lineEnd(array, from, to));
    assertEquals(expected, endByWords(array, from, to));
    assertEquals(expected, LineScanner.lineEndByteByByte(array, from, to));
  }

  private static void assertFed(int expected, byte[] array, int from, int to) {
    assertEquals(expected, LineScanner.lineFeed(array, from, to));
    assertEquals(expected, feedByWords(array, from, to));
    assertEquals(expected, LineScanner.lineFeedByteByByte(array, from, to));
  }

  /** By words, and the rest that is too short for words byte by byte. */
  private static int endByWords(byte[] array, int from, int to) {
    return LineScanner.lineEndByteByByte(array, WordScanner.lineEnd(array, from, to), to);
  }

  private static int feedByWords(byte[] array, int from, int to) {
    return LineScanner.lineFeedByteByByte(array, WordScanner.lineFeed(array, from, to), to);
  }
}
