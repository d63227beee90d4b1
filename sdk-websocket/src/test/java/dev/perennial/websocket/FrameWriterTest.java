package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Random;
import okio.Buffer;
import okio.BufferedSink;
import okio.ByteString;
import okio.Okio;
import okio.Sink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {
  private final Buffer wire = new Buffer();

  /** Only what was flushed reaches the wire. */
  private final BufferedSink out = Okio.buffer((Sink) wire);

  /** The key of the masked example of RFC 6455, 5.7. */
  private final Random exampleKeys =
      new Random() {
        @Override
        public int nextInt() {
          return 0x37fa213d;
        }
      };

  @Test
  void theExampleOfTheRfcIsWritten() throws Exception {
    new FrameWriter(out, exampleKeys)
        .message(new Message("Hello".getBytes(US_ASCII), /* isBinary= */ false), 0, 5);

    assertEquals("818537fa213d7f9f4d5158", wire.readByteString().hex());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 8280",
    "125, 82fd",
    "126, 82fe007e",
    "65535, 82feffff",
    "65536, 82ff0000000000010000"
  })
  void lengthsHaveTheirShortestForm(int length, String header) throws Exception {
    new FrameWriter(out, exampleKeys)
        .message(new Message(new byte[length], /* isBinary= */ true), 0, length);

    ByteString expected = ByteString.decodeHex(header);
    assertEquals(expected, wire.readByteString(expected.size()));
    assertEquals(4 + length, wire.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 5, 8_191, 8_192, 8_193, 100_001})
  void whatIsWrittenIsWhatAServerReadsAndTheArrayStays(int length) throws Exception {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    byte[] before = payload.clone();

    new FrameWriter(out, new Random(7))
        .message(new Message(payload, /* isBinary= */ true), 0, length);

    assertArrayEquals(before, payload);
    ClientFrame frame = ClientFrame.read(wire);
    assertEquals("binary", frame.kind());
    assertArrayEquals(before, frame.payload());
  }

  @Test
  void fragmentsOfAMessageAreContinuationsAndTheLastIsFinal() throws Exception {
    FrameWriter writer = new FrameWriter(out, new Random(7));
    Message message = new Message("abcdef".getBytes(US_ASCII), /* isBinary= */ false);
    writer.message(message, 0, 2);
    writer.message(message, 2, 3);
    writer.message(message, 5, 1);

    assertEquals("0182", wire.readByteString(8).hex().substring(0, 4));
    assertEquals("0083", wire.readByteString(9).hex().substring(0, 4));
    assertEquals("8081", wire.readByteString(7).hex().substring(0, 4));
  }

  @Test
  void eachFrameHasAKeyOfItsOwn() throws Exception {
    FrameWriter writer = new FrameWriter(out, new Random(7));
    writer.ping(new byte[4]);
    writer.ping(new byte[4]);

    String first = wire.readByteString(10).hex();
    String second = wire.readByteString(10).hex();

    assertEquals("8984", first.substring(0, 4));
    assertNotEquals(first, second);
    assertNotEquals("00000000", first.substring(4, 12));
  }

  @Test
  void controlFramesAreWritten() throws Exception {
    FrameWriter writer = new FrameWriter(out, new Random(7));
    writer.ping("a".getBytes(US_ASCII));
    writer.pong(new byte[125]);
    writer.close(new CloseFrame(1000, "bye"));
    writer.close(new CloseFrame(1005, ""));

    assertEquals(
        List.of("ping a", "pong " + "\0".repeat(125), "close 1000 bye", "close "),
        ClientFrame.readAll(wire));
  }

  @Test
  void aControlFrameThatIsTooLongIsRefusedAndNothingIsWritten() throws Exception {
    FrameWriter writer = new FrameWriter(out, new Random(7));

    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> writer.ping(new byte[126]));

    assertEquals("payload must have at most 125 bytes but had 126", refusal.getMessage());
    out.flush();
    assertEquals(0, wire.size());
  }
}
