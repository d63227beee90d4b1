package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.util.Set;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameHeaderTest {
  /** First bytes that RFC 6455, 5.2 allows without an extension. */
  private static final Set<Integer> PLAIN =
      Set.of(0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a);

  /** First bytes that RFC 7692 adds. */
  private static final Set<Integer> COMPRESSED = Set.of(0x41, 0x42, 0xc1, 0xc2);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theTwoFirstBytesAreLegalOrRefused(boolean isDeflateAgreed) throws Exception {
    for (int first = 0; first < 256; first++) {
      boolean isKnown = PLAIN.contains(first) || (isDeflateAgreed && COMPRESSED.contains(first));
      boolean isControl = (first & 0x08) != 0;
      for (int second = 0; second < 256; second++) {
        boolean isLegal = isKnown && second < (isControl ? 126 : 128);
        String shown = Integer.toHexString(first) + " " + Integer.toHexString(second);
        assertEquals(isLegal, isAccepted(first, second, isDeflateAgreed), shown);
      }
    }
  }

  private static boolean isAccepted(int first, int second, boolean isDeflateAgreed)
      throws IOException {
    Buffer in = new Buffer().writeByte(first).writeByte(second);
    if ((second & 0x7f) == 126) {
      in.writeShort(126);
    } else if ((second & 0x7f) == 127) {
      in.writeLong(65_536);
    }
    FrameHeader header = new FrameHeader(isDeflateAgreed);
    try {
      header.readFirst(in);
      header.readLength(in);
      assertEquals(first & 0x0f, header.opcode());
      assertEquals(first >= 0x80, header.isFinal());
      assertEquals((first & 0x40) != 0, header.isCompressed());
      assertEquals(0, in.size());
      return true;
    } catch (FrameException e) {
      assertEquals(1002, e.closeCode());
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00, 0",
    "7d, 125",
    "7e007e, 126",
    "7e007f, 127",
    "7effff, 65535",
    "7f0000000000010000, 65536",
    "7f7fffffffffffffff, 9223372036854775807"
  })
  void aLengthInItsShortestFormIsRead(String hex, long length) throws Exception {
    assertEquals(length, lengthOf(hex));
  }

  @ParameterizedTest
  @CsvSource({
    "7e0000, 'but was 0 in 2 bytes'",
    "7e007d, 'but was 125 in 2 bytes'",
    "7f0000000000000000, 'but was 0 in 8 bytes'",
    "7f000000000000007e, 'but was 126 in 8 bytes'",
    "7f000000000000ffff, 'but was 65535 in 8 bytes'",
    "7f8000000000000000, 'at most 2^63 - 1 bytes but its length was 9223372036854775808'",
    "7fffffffffffffffff, 'at most 2^63 - 1 bytes but its length was 18446744073709551615'"
  })
  void aLengthInALongerFormOrWithTheTopBitIsRefused(String hex, String message) {
    FrameException refusal = assertThrows(FrameException.class, () -> lengthOf(hex));

    assertEquals(1002, refusal.closeCode());
    assertTrue(refusal.getMessage().endsWith(message), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7e", "7e01", "7f", "7f00000000000100"})
  void aHeaderThatIsCutShortIsTheEnd(String hex) {
    assertThrows(EOFException.class, () -> lengthOf(hex));
  }

  @Test
  void aFirstByteIsRefusedBeforeTheSecondCame() {
    FrameHeader header = new FrameHeader(false);

    FrameException refusal =
        assertThrows(FrameException.class, () -> header.readFirst(new Buffer().writeByte(0x83)));

    assertEquals(
        "Expected a frame with opcode 0, 1, 2, 8, 9 or 10 but was 3", refusal.getMessage());
  }

  private static long lengthOf(String hex) throws IOException {
    Buffer in = new Buffer().writeByte(0x82).write(ByteString.decodeHex(hex));
    FrameHeader header = new FrameHeader(false);
    header.readFirst(in);
    header.readLength(in);
    assertEquals(0, in.size());
    return header.length();
  }
}
