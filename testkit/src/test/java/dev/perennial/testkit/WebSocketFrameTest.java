package dev.perennial.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.internal.wire.WebSocketFrameReader;
import dev.perennial.testkit.internal.wire.WebSocketViolationException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketFrameTest {

  // ---- The examples of RFC 6455 5.7 ----

  @Test
  void textIsOneFinalFrame() {
    assertEquals("810548656c6c6f", hex(WebSocketFrame.text("Hello").encoded()));
    assertEquals(
        "818537fa213d7f9f4d5158", hex(WebSocketFrame.text("Hello").encodedMasked(0x37fa213d)));
  }

  @Test
  void fragmentsLackTheFinalBitUpToTheLast() {
    assertEquals("010348656c", hex(WebSocketFrame.text("Hel").unfinished().encoded()));
    assertEquals(
        "80026c6f",
        hex(WebSocketFrame.of(WebSocketFrame.CONTINUATION, "lo".getBytes(UTF_8)).encoded()));
  }

  @Test
  void pingAndPongCarryTheirPayload() {
    assertEquals("890548656c6c6f", hex(WebSocketFrame.ping("Hello").encoded()));
    assertEquals(
        "8a8537fa213d7f9f4d5158", hex(WebSocketFrame.pong("Hello").encodedMasked(0x37fa213d)));
  }

  @ParameterizedTest
  @CsvSource({
    "125, 827d",
    "126, 827e007e",
    "256, 827e0100",
    "65535, 827effff",
    "65536, 827f0000000000010000"
  })
  void lengthTakesTheFewestBytes(int length, String head) {
    byte[] encoded = WebSocketFrame.binary(new byte[length]).encoded();

    assertEquals(head, hex(Arrays.copyOf(encoded, encoded.length - length)));
  }

  // ---- Its parts ----

  @Test
  void closeFrameHasItsCodeAndReason() {
    WebSocketFrame close = WebSocketFrame.close(4001, "bye ☃");

    assertEquals("88090fa162796520e29883", hex(close.encoded()));
    assertEquals(4001, close.closeCode());
    assertEquals("bye ☃", close.closeReason());
    assertEquals("8800", hex(WebSocketFrame.close().encoded()));
    assertEquals(1005, WebSocketFrame.close().closeCode());
    assertEquals("", WebSocketFrame.close().closeReason());
  }

  @Test
  void whatIsForbiddenCanBeMade() {
    assertEquals("f300", hex(WebSocketFrame.of(3, new byte[0]).withRsv(7).encoded()));
    assertEquals("0900", hex(WebSocketFrame.ping("").unfinished().encoded()));
    assertEquals("897e00c8", hex(WebSocketFrame.ping("x".repeat(200)).encoded()).substring(0, 8));
    assertEquals("c100", hex(WebSocketFrame.text("").withRsv(1).withRsv(4).encoded()));
  }

  @Test
  void framesAreValues() {
    WebSocketFrame frame = WebSocketFrame.text("a");

    assertEquals(WebSocketFrame.of(1, new byte[] {'a'}), frame);
    assertEquals(WebSocketFrame.of(1, new byte[] {'a'}).hashCode(), frame.hashCode());
    assertNotEquals(WebSocketFrame.text("b"), frame);
    assertNotEquals(WebSocketFrame.binary(new byte[] {'a'}), frame);
    assertNotEquals(frame.unfinished(), frame);
    assertNotEquals(frame.withRsv(4), frame);
    assertEquals("frame 1, unfinished, rsv 4: 1 bytes a", frame.withRsv(4).unfinished().toString());
    assertEquals("frame 8: 1001 away", WebSocketFrame.close(1001, "away").toString());
  }

  @Test
  void payloadIsCopied() {
    byte[] payload = {1, 2};
    WebSocketFrame frame = WebSocketFrame.binary(payload);
    payload[0] = 9;
    frame.payload()[1] = 9;

    assertArrayEquals(new byte[] {1, 2}, frame.payload());
  }

  @Test
  void whatDoesNotFitIntoItsBitsIsRefused() {
    assertEquals(
        "opcode must be from 0 to 15 but was 16",
        refused(() -> WebSocketFrame.of(16, new byte[0])));
    assertEquals(
        "withRsv must be from 0 to 7 but was -1",
        refused(() -> WebSocketFrame.text("").withRsv(-1)));
    assertEquals(
        "code must be from 0 to 65535 but was 65536",
        refused(() -> WebSocketFrame.close(65536, "")));
  }

  // ---- Reading a client's ----

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 125, 126, 65_535, 65_536, 100_000})
  void clientsFrameIsReadAsItWas(int length) throws Exception {
    byte[] payload = new byte[length];
    for (int i = 0; i < length; i++) {
      payload[i] = (byte) (i * 31);
    }
    WebSocketFrame frame = WebSocketFrame.binary(payload).withRsv(5).unfinished();

    WebSocketFrameReader reader = reader(frame.encodedMasked(0xdeadbeef));

    WebSocketFrame read = reader.read();
    assertEquals(frame, read);
    assertEquals(5, read.rsv());
    assertEquals(WebSocketFrame.BINARY, read.opcode());
    assertFalse(read.isFinal());
    assertNull(reader.read());
  }

  @Test
  void connectionThatEndsWithinAFrameIsAnError() {
    byte[] whole = WebSocketFrame.text("Hello").encodedMasked(1);
    for (int length = 1; length < whole.length; length++) {
      WebSocketFrameReader reader = reader(Arrays.copyOf(whole, length));

      assertThrows(EOFException.class, reader::read);
    }
  }

  @Test
  void frameThatIsNotMaskedIsAViolation() {
    WebSocketViolationException violation =
        assertThrows(
            WebSocketViolationException.class,
            () -> reader(WebSocketFrame.text("Hello").encoded()).read());

    assertEquals(1002, violation.closeCode());
    assertEquals("Expected a masked frame but it was not masked", violation.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "82ff0000000001000001, 16777217",
    "82ff7fffffffffffffff, 9223372036854775807",
    "82ff8000000000000000, -9223372036854775808"
  })
  void frameOverTheLimitIsRefusedBeforeItIsRead(String head, String length) {
    WebSocketViolationException violation =
        assertThrows(
            WebSocketViolationException.class, () -> reader(HexFormat.of().parseHex(head)).read());

    assertEquals(1009, violation.closeCode());
    assertEquals(
        "Expected a frame up to 16777216 bytes but it has " + length, violation.getMessage());
  }

  @Test
  void finalIsWhatIsNotUnfinished() {
    assertTrue(WebSocketFrame.close().isFinal());
    assertFalse(WebSocketFrame.close().unfinished().isFinal());
  }

  private static WebSocketFrameReader reader(byte[] bytes) {
    return new WebSocketFrameReader(new ByteArrayInputStream(bytes));
  }

  private static String refused(Runnable action) {
    return assertThrows(IllegalArgumentException.class, action::run).getMessage();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
