package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, 5.5.1 and 7.4. */
class ReceivedCloseTest {

  private static byte[] payload(int code, String reasonHex) {
    return new Buffer().writeShort(code).write(ByteString.decodeHex(reasonHex)).readByteArray();
  }

  @Test
  void noBodyIsNoCode() {
    assertEquals(new ReceivedClose(1005, "", 1005), ReceivedClose.parse(new byte[0]));
  }

  @Test
  void aBodyOfOneByteIsNoCodeAndAnsweredAsABreach() {
    assertEquals(new ReceivedClose(1005, "", 1002), ReceivedClose.parse(new byte[] {3}));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 0xffff})
  void aCodeThatMustNotBeSentIsKeptAndAnsweredAsABreach(int code) {
    assertEquals(new ReceivedClose(code, "", 1002), ReceivedClose.parse(payload(code, "")));
  }

  @ParameterizedTest
  @CsvSource({"ff", "c3", "e282", "eda080", "6f6bc0"})
  void aReasonThatIsNoUtf8IsReplacedAndAnsweredAsABreach(String hex) {
    ReceivedClose close = ReceivedClose.parse(payload(1011, hex));

    assertEquals(1011, close.code());
    assertEquals(1007, close.answerCode());
    assertTrue(close.reason().endsWith("\ufffd"), close::reason);
  }

  @Test
  void onlyACloseWithoutACauseIsPlain() {
    assertTrue(ReceivedClose.parse(new byte[0]).isPlain());
    assertTrue(ReceivedClose.parse(payload(1000, "6f6b")).isPlain());
    assertFalse(ReceivedClose.parse(payload(1001, "")).isPlain());
    assertFalse(ReceivedClose.parse(payload(1006, "")).isPlain());
    assertFalse(ReceivedClose.parse(payload(4000, "")).isPlain());
  }
}
