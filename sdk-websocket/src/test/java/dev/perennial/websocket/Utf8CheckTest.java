package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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

class Utf8CheckTest {
  @Test
  void everyCharacterIsAccepted() {
    Utf8Check utf8 = new Utf8Check();

    for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
      boolean isSurrogate = character >= 0xd800 && character <= 0xdfff;
      byte[] bytes = isSurrogate ? new byte[0] : Character.toString(character).getBytes(UTF_8);
      assertTrue(utf8.accepts(bytes, 0, bytes.length) && utf8.isWhole(), "U+" + character);
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
    Utf8Check utf8 = new Utf8Check();

    assertTrue(utf8.accepts(bytes, 0, at));
    assertFalse(utf8.accepts(bytes, at, at + 1));
    assertFalse(new Utf8Check().accepts(bytes, 0, bytes.length));
  }

  @Test
  void aByteThatIsWrongIsFoundWhereverItStandsInAscii() {
    for (int length = 0; length < 40; length++) {
      byte[] bytes = "x".repeat(length).getBytes(UTF_8);
      assertTrue(new Utf8Check().accepts(bytes, 0, length));
      for (int at = 0; at < length; at++) {
        bytes[at] = (byte) 0x80;

        assertFalse(new Utf8Check().accepts(bytes, 0, length));
        assertTrue(new Utf8Check().accepts(bytes, 0, at));
        assertTrue(new Utf8Check().accepts(bytes, at + 1, length));
        bytes[at] = 'x';
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"c2", "e1", "e180", "f1", "f180", "f18080", "41c2"})
  void anOpenSequenceIsNotWhole(String hex) {
    byte[] bytes = ByteString.decodeHex(hex).toByteArray();
    Utf8Check utf8 = new Utf8Check();

    assertTrue(utf8.accepts(bytes, 0, bytes.length));
    assertFalse(utf8.isWhole());
  }

  @Property(tries = 20_000)
  void itSaysWhatTheJdkSaysHoweverTheBytesAreCut(
      @ForAll("text") byte[] bytes, @ForAll @IntRange(max = 40) int cut) {
    int at = Math.min(cut, bytes.length);
    Utf8Check utf8 = new Utf8Check();

    boolean isValid = utf8.accepts(bytes, 0, at) && utf8.accepts(bytes, at, bytes.length);

    assertEquals(isValidByJdk(bytes), isValid && utf8.isWhole());
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
        .map(Utf8CheckTest::joined);
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
}
