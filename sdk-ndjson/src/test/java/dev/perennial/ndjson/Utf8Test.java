package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class Utf8Test {
  private final CharsetDecoder decoder = UTF_8.newDecoder();
  private final CharBuffer chars = CharBuffer.allocate(256);

  @Test
  void everyCharacterIsWellFormed() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        byte[] bytes = Character.toString(c).getBytes(UTF_8);

        assertEquals(bytes.length, Utf8.wellFormedUpTo(bytes, 0, bytes.length));
      }
    }
  }

  @Test
  void everySequenceOfTwoAndThreeBytesIsJudgedAsTheJdkDoes() {
    byte[] bytes = new byte[3];
    for (int all = 0x800000; all <= 0xffffff; all += 1 + all % 5) {
      bytes[0] = (byte) (all >> 16);
      bytes[1] = (byte) (all >> 8);
      bytes[2] = (byte) all;

      assertJudgedAsByTheJdk(bytes);
    }
  }

  @Property(tries = 20_000)
  void anyBytesAreJudgedAsTheJdkDoes(@ForAll("sequences") byte[] bytes) {
    assertJudgedAsByTheJdk(bytes);
  }

  @Provide
  Arbitrary<byte[]> sequences() {
    // The bytes at which the judgement changes.
    Arbitrary<Byte> edges =
        Arbitraries.of(
                0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
                0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff)
            .map(Integer::byteValue);
    return Arbitraries.oneOf(edges, edges, Arbitraries.bytes()).array(byte[].class).ofMaxSize(24);
  }

  @Test
  void asciiIsSkippedUpToTheFirstOtherByte() {
    for (int length = 0; length < 40; length++) {
      for (int at = 0; at < length; at++) {
        byte[] bytes = "x".repeat(length).getBytes(UTF_8);
        bytes[at] = (byte) 0x80;

        assertEquals(at, Utf8.wellFormedUpTo(bytes, 0, length));
        assertEquals(at, Utf8.wellFormedUpTo(bytes, 0, at));
        assertEquals(length, Utf8.wellFormedUpTo(bytes, at + 1, length));
      }
    }
  }

  private void assertJudgedAsByTheJdk(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    decoder.reset();
    chars.clear();
    CoderResult result = decoder.decode(in, chars, true);
    boolean isWellFormed = !result.isError();

    int upTo = Utf8.wellFormedUpTo(bytes, 0, bytes.length);

    assertEquals(isWellFormed, upTo == bytes.length);
    assertTrue(isWellFormed || upTo == in.position(), () -> upTo + " but " + in.position());
  }
}
