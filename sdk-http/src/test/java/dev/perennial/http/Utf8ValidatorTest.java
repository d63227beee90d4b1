package dev.perennial.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8ValidatorTest {
  private final CharsetDecoder decoder = UTF_8.newDecoder();
  private final CharBuffer chars = CharBuffer.allocate(256);
  private final Utf8Validator validator = new Utf8Validator();

  // ---- A text in pieces ----

  @Test
  void everyCharacterIsAccepted() {
    Utf8Validator utf8 = new Utf8Validator();

    for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
      boolean isSurrogate = character >= 0xd800 && character <= 0xdfff;
      byte[] bytes = isSurrogate ? new byte[0] : Character.toString(character).getBytes(UTF_8);
      assertTrue(utf8.accepts(bytes, 0, bytes.length) && utf8.isComplete(), "U+" + character);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 80",
    "'', bf",
    "'', c0",
    "'', c1",
    "'', f5",
    "'', f8",
    "'', fe",
    "'', ff", // no lead
    "c2, 41",
    "c2, c2",
    "c2, ff",
    "e1, c0",
    "e180, 41",
    "f18080, c0", // no continuation
    "e0, 80",
    "e0, 9f",
    "f0, 80",
    "f0, 8f", // overlong
    "ed, a0",
    "ed, bf", // surrogates
    "f4, 90",
    "f4, bf", // above U+10FFFF
    "4141414141414141, 80",
    "c3a9, 80",
    "e282ac, 80",
    "f09f9880, 80" // one too many
  })
  void aSequenceIsRefusedAtTheFirstByteThatIsWrong(String before, String wrong) {
    byte[] bytes = ByteString.decodeHex(before + wrong + "4141").toByteArray();
    int at = before.length() / 2;
    Utf8Validator utf8 = new Utf8Validator();

    assertTrue(utf8.accepts(bytes, 0, at));
    assertFalse(utf8.accepts(bytes, at, at + 1));
    assertFalse(new Utf8Validator().accepts(bytes, 0, bytes.length));
  }

  @Test
  void aByteThatIsWrongIsFoundWhereverItStandsInAscii() {
    for (int length = 0; length < 40; length++) {
      byte[] bytes = "x".repeat(length).getBytes(UTF_8);
      assertTrue(new Utf8Validator().accepts(bytes, 0, length));
      for (int at = 0; at < length; at++) {
        bytes[at] = (byte) 0x80;

        assertFalse(new Utf8Validator().accepts(bytes, 0, length));
        assertTrue(new Utf8Validator().accepts(bytes, 0, at));
        assertTrue(new Utf8Validator().accepts(bytes, at + 1, length));
        bytes[at] = 'x';
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"c2", "e1", "e180", "f1", "f180", "f18080", "41c2"})
  void anOpenSequenceIsNotWhole(String hex) {
    byte[] bytes = ByteString.decodeHex(hex).toByteArray();
    Utf8Validator utf8 = new Utf8Validator();

    assertTrue(utf8.accepts(bytes, 0, bytes.length));
    assertFalse(utf8.isComplete());
  }

  @Property(tries = 20_000)
  void itSaysWhatTheJdkSaysHoweverTheBytesAreCut(
      @ForAll("text") byte[] bytes, @ForAll @IntRange(max = 40) int cut) {
    int at = Math.min(cut, bytes.length);
    Utf8Validator utf8 = new Utf8Validator();

    boolean isValid = utf8.accepts(bytes, 0, at) && utf8.accepts(bytes, at, bytes.length);

    assertEquals(isValidByJdk(bytes), isValid && utf8.isComplete());
  }

  @Provide
  Arbitrary<byte[]> text() {
    Arbitrary<byte[]> valid =
        Arbitraries.of("a", "0123456789", "é", "€", "😀", "\0", "\uffff")
            .map(text -> text.getBytes(UTF_8));
    Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofSize(1);
    return Arbitraries.frequencyOf(Tuple.of(12, valid), Tuple.of(1, any))
        .list()
        .ofMaxSize(12)
        .map(Utf8ValidatorTest::joined);
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    parts.forEach(joined::writeBytes);
    return joined.toByteArray();
  }

  private static boolean isValidByJdk(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  // ---- A whole text ----

  @Test
  void everyCharacterIsWellFormed() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        byte[] bytes = Character.toString(c).getBytes(UTF_8);

        assertEquals(bytes.length, validator.firstMalformed(bytes, 0, bytes.length));
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

        assertEquals(at, validator.firstMalformed(bytes, 0, length));
        assertEquals(at, validator.firstMalformed(bytes, 0, at));
        assertEquals(length, validator.firstMalformed(bytes, at + 1, length));
      }
    }
  }

  private void assertJudgedAsByTheJdk(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    decoder.reset();
    chars.clear();
    CoderResult result = decoder.decode(in, chars, true);
    boolean isWellFormed = !result.isError();

    int upTo = validator.firstMalformed(bytes, 0, bytes.length);

    assertEquals(isWellFormed, upTo == bytes.length);
    assertTrue(isWellFormed || upTo == in.position(), () -> upTo + " but " + in.position());
  }
}
