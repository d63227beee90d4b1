package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text is UTF-8, however frames and reads cut it. */
class MessageTextTest {
  private static final String CUT_SHORT = "Expected a close frame but the connection ended";
  private static final String NOT_UTF8 =
      "1007 Expected UTF-8 in a text message but was an invalid sequence";

  @Test
  void aCharacterMayBeCutByFragments() throws Exception {
    ServerFrames frames =
        new ServerFrames()
            .frame(0x01, latin1("\u00f0"))
            .frame(0x00, latin1("\u009f\u0098"))
            .ping("")
            .frame(0x00, "")
            .frame(0x80, latin1("\u0080"));

    List<String> seen = Reading.all(frames);

    assertEquals("text 😀", seen.get(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00ff",
        "a\u00c0\u0080",
        "\u00ed\u00a0\u0080",
        "\u00f4\u0090\u0080\u0080",
        "\u00e2\u0082"
      })
  void textThatIsNotUtf8IsRefused(String payload) throws Exception {
    byte[] bytes = new ServerFrames().frame(0x81, latin1(payload)).toBytes();

    assertEquals(
        List.of(NOT_UTF8), Reading.all(new Buffer().write(bytes), Reading.MAX_BYTES, null));
    assertEquals(
        List.of(NOT_UTF8), Reading.all(Reading.inPieces(bytes, 1), Reading.MAX_BYTES, null));
  }

  @Test
  void textIsRefusedAtTheWrongByteThoughMoreOfItsFrameIsToCome() throws Exception {
    ServerFrames frames = new ServerFrames().header(0x81, 1_000).raw('a', 0xe0, 0x80);

    assertEquals(List.of(NOT_UTF8), Reading.all(frames));
  }

  @Test
  void anOpenCharacterDoesNotReachIntoTheNextMessage() throws Exception {
    ServerFrames frames = new ServerFrames().frame(0x82, latin1("\u00e2")).text("a");

    assertEquals(List.of("binary â", "text a", CUT_SHORT), Reading.all(frames));
  }

  @Test
  void binaryMayBeAnything() throws Exception {
    ServerFrames frames =
        new ServerFrames().frame(0x02, latin1("\u00ff")).frame(0x80, latin1("\u00c0"));

    assertEquals("binary ÿÀ", Reading.all(frames).get(0));
  }

  private static byte[] latin1(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
