package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import okio.Buffer;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole messages, in order, however the reads cut their frames. */
class MessageReaderTest {
  private static final String CUT_SHORT = "Expected a close frame but the connection ended";

  private static ServerFrames conversation() {
    return new ServerFrames()
        .text("häll€ 😀")
        .binary((byte) 0, (byte) 0xff)
        .frame(0x01, "fir")
        .ping("between")
        .frame(0x00, "")
        .pong()
        .frame(0x00, "st ")
        .frame(0x80, "message")
        .text("")
        .frame(0x02, "a")
        .frame(0x80, "")
        .text("x".repeat(200))
        .close(1001, "bye");
  }

  private static List<String> whatWasSaid() {
    return List.of(
        "text häll€ 😀",
        "binary \0ÿ",
        "ping between",
        "pong",
        "text first message",
        "text ",
        "binary a",
        "text " + "x".repeat(200),
        "close 1001 bye");
  }

  @Test
  void messagesAndControlFramesComeInOrder() throws Exception {
    assertEquals(whatWasSaid(), Reading.all(conversation()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void messagesAreTheSameInPiecesOfAnySize(int pieceBytes) throws Exception {
    byte[] bytes = conversation().toBytes();

    assertEquals(
        whatWasSaid(), Reading.all(Reading.inPieces(bytes, pieceBytes), Reading.MAX_BYTES, null));
  }

  @Test
  void messagesAreTheSameWhereverTheBytesAreCut() throws Exception {
    byte[] bytes = conversation().toBytes();

    for (int cut = 1; cut < bytes.length; cut++) {
      List<String> seen = Reading.all(Reading.cutAt(bytes, cut), Reading.MAX_BYTES, null);
      assertEquals(whatWasSaid(), seen, "cut at " + cut);
    }
  }

  @Test
  void anEndBeforeTheCloseFrameIsReportedWhereverItIs() throws Exception {
    byte[] bytes = conversation().toBytes();

    for (int length = 0; length < bytes.length; length++) {
      Buffer in = new Buffer().write(bytes, 0, length);
      List<String> seen = Reading.all(in, Reading.MAX_BYTES, null);
      assertEquals(CUT_SHORT, seen.get(seen.size() - 1));
      assertEquals(whatWasSaid().subList(0, seen.size() - 1), seen.subList(0, seen.size() - 1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 300_000})
  void aPayloadOfAnyLengthComesWholeInAnArrayOfItsSize(int length) throws Exception {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    byte[] bytes = new ServerFrames().binary(payload).toBytes();

    for (int pieceBytes : new int[] {1_000, 8_192, Integer.MAX_VALUE}) {
      MessageReader reader =
          new MessageReader(
              Reading.inPieces(bytes, pieceBytes), Reading.MAX_BYTES, null, new Reading());
      assertArrayEquals(payload, reader.next().array());
    }
  }

  @Test
  void nothingIsReadAfterTheCloseFrame() throws Exception {
    Buffer in = new Buffer().write(new ServerFrames().close(1000, "").text("late").toBytes());
    MessageReader reader = new MessageReader(in, Reading.MAX_BYTES, null, new Reading());

    assertNull(reader.close());
    assertNull(reader.next());
    assertNull(reader.next());

    assertEquals(new ReceivedClose(1000, "", 1000), reader.close());
    assertEquals(6, in.size());
  }

  @Test
  void aCloseFrameWithoutABodyHasCode1005() throws Exception {
    assertEquals(List.of("close 1005 "), Reading.all(new ServerFrames().raw(0x88, 0)));
  }

  @Test
  void aCloseFrameMayCutAMessage() throws Exception {
    assertEquals(
        List.of("close 1011 "), Reading.all(new ServerFrames().frame(0x01, "a").close(1011, "")));
  }

  @ParameterizedTest
  @CsvSource({
    "80, first frame of a message but was a continuation",
    "00, first frame of a message but was a continuation"
  })
  void aContinuationOutsideOfAMessageIsRefused(String first, String message) throws Exception {
    List<String> seen =
        Reading.all(new ServerFrames().text("a").frame(Integer.parseInt(first, 16), "b"));

    assertEquals(List.of("text a", "1002 Expected the " + message), seen);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x01, 0x02, 0x81, 0x82})
  void aNewMessageInsideOfAnotherIsRefused(int first) throws Exception {
    List<String> seen = Reading.all(new ServerFrames().frame(0x01, "a").frame(first, "b"));

    assertEquals(
        List.of(
            "1002 Expected a continuation of the message but was a frame with opcode "
                + (first & 0x0f)),
        seen);
  }

  @Test
  void anExceptionOfTheListenerEndsTheReading() {
    IOException full = new IOException("full");
    Reading throwing =
        new Reading() {
          @Override
          public void onPing(byte[] payload) throws IOException {
            throw full;
          }
        };
    MessageReader reader =
        new MessageReader(
            new Buffer().write(new ServerFrames().ping("").toBytes()), 1, null, throwing);

    assertSame(full, assertThrows(IOException.class, reader::next));
  }

  @Test
  void itIsInsideOfAMessageFromItsFirstByteToItsLast() throws Exception {
    byte[] bytes =
        new ServerFrames().ping("p").frame(0x01, "ab").ping("p").frame(0x80, "c").toBytes();
    List<Boolean> inside = new ArrayList<>();
    Watched watched = new Watched(bytes);
    MessageReader reader =
        new MessageReader(Okio.buffer(watched), Reading.MAX_BYTES, null, new Reading());
    watched.beforeEachByte = () -> inside.add(reader.isInsideMessage());

    reader.next();

    assertFalse(reader.isInsideMessage());
    assertEquals(bytes.length, inside.size());
    // The ping's three bytes, and the first byte of the message.
    assertEquals(List.of(false, false, false, false), inside.subList(0, 4));
    assertFalse(inside.subList(4, inside.size()).contains(false));
    assertThrows(EOFException.class, reader::next);
    assertFalse(reader.isInsideMessage());
  }

  @Test
  void itStaysInsideOfAMessageThatIsCutShort() {
    Buffer in = new Buffer().write(new ServerFrames().frame(0x01, "ab").toBytes());
    MessageReader reader = new MessageReader(in, Reading.MAX_BYTES, null, new Reading());

    assertThrows(EOFException.class, reader::next);

    assertTrue(reader.isInsideMessage());
  }

  /** Returns one byte per read, and calls {@code beforeEachByte} first. */
  private static final class Watched implements Source {
    private final Buffer bytes;
    private Runnable beforeEachByte;

    Watched(byte[] bytes) {
      this.bytes = new Buffer().write(bytes);
    }

    @Override
    public long read(Buffer sink, long byteCount) {
      if (bytes.exhausted()) {
        return -1;
      }
      beforeEachByte.run();
      return bytes.read(sink, 1);
    }

    @Override
    public Timeout timeout() {
      return Timeout.NONE;
    }

    @Override
    public void close() {}
  }
}
