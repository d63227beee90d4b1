package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.TreeSet;
import java.util.stream.IntStream;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloseFrameTest {
  @Test
  void theCodesOfTheWireAreThoseOfTheRegistryAndOfApplications() throws Exception {
    TreeSet<Integer> expected = new TreeSet<>();
    IntStream.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)
        .forEach(expected::add);
    IntStream.range(3000, 5000).forEach(expected::add);

    TreeSet<Integer> accepted = new TreeSet<>();
    for (int code = 0; code <= 0xffff; code++) {
      try {
        CloseFrame frame = CloseFrame.parse(new Buffer().writeShort(code).readByteArray());
        assertEquals(new CloseFrame(code, ""), frame);
        accepted.add(code);
      } catch (FrameException e) {
        assertEquals(1002, e.closeCode());
      }
    }

    assertEquals(expected, accepted);
  }

  @Test
  void noBodyIsNoCode() throws Exception {
    assertEquals(new CloseFrame(1005, ""), CloseFrame.parse(new byte[0]));
    assertEquals(0, new CloseFrame(1005, "").toBytes().length);
  }

  @Test
  void aBodyOfOneByteIsRefused() {
    FrameException refusal =
        assertThrows(FrameException.class, () -> CloseFrame.parse(new byte[1]));

    assertEquals(1002, refusal.closeCode());
    assertEquals(
        "Expected a close frame of 0 bytes or at least 2 but was of 1", refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff", "c3", "e282", "eda080", "6f6bc0"})
  void aReasonIsUtf8(String hex) {
    byte[] payload = new Buffer().writeShort(1000).write(ByteString.decodeHex(hex)).readByteArray();

    FrameException refusal = assertThrows(FrameException.class, () -> CloseFrame.parse(payload));

    assertEquals(1007, refusal.closeCode());
  }

  @ParameterizedTest
  @CsvSource({"1000, ''", "1001, bye", "4999, späť €😀"})
  void whatIsSentIsWhatIsRead(int code, String reason) throws Exception {
    CloseFrame frame = new CloseFrame(code, reason);

    assertEquals(frame, CloseFrame.parse(frame.toBytes()));
  }

  @Test
  void theLongestReasonHas123Bytes() {
    String longest = "x".repeat(121) + "é";

    assertEquals(125, new CloseFrame(1000, longest).toBytes().length);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> new CloseFrame(1000, longest + "x"));
    assertEquals("reason must have at most 123 bytes but had 124", refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 66_536})
  void aCodeThatMustNotBeSentIsRefused(int code) {
    assertThrows(IllegalArgumentException.class, () -> new CloseFrame(code, ""));
  }

  @Test
  void aReasonNeedsACode() {
    assertThrows(IllegalArgumentException.class, () -> new CloseFrame(1005, "x"));
  }

  @Test
  void theCodeIsInNetworkOrder() {
    assertArrayEquals(
        new byte[] {0x03, (byte) 0xe8, 'o', 'k'}, new CloseFrame(1000, "ok").toBytes());
  }
}
