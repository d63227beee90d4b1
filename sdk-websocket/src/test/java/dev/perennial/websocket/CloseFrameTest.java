package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.TreeSet;
import java.util.stream.IntStream;
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
      if (CloseFrame.maySend(code)) {
        accepted.add(code);
      }
    }

    assertEquals(expected, accepted);
  }

  @Test
  void noCodeIsNoBody() {
    assertEquals(0, new CloseFrame(1005, "").toBytes().length);
  }

  @ParameterizedTest
  @CsvSource({"1000, ''", "1001, bye", "4999, späť €😀"})
  void whatIsSentIsWhatIsRead(int code, String reason) {
    CloseFrame frame = new CloseFrame(code, reason);

    assertEquals(new ReceivedClose(code, reason, code), ReceivedClose.parse(frame.toBytes()));
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
