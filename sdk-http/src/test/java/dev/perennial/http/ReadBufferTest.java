package dev.perennial.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.Test;

class ReadBufferTest {

  @Test
  void readsEveryByteOnceInPiecesOfAnySize() throws IOException {
    for (int piece : new int[] {1, 2, 3, 1_023, 1_024, 8_191, 8_192}) {
      ReadBuffer buffer = new ReadBuffer();
      BufferedSource source = Okio.buffer(new Counting(100_000, piece));

      long read = 0;
      for (int count = buffer.fill(source); count >= 0; count = buffer.fill(source)) {
        for (int i = buffer.start(); i < buffer.end(); i++) {
          assertEquals((byte) (read++ % 251), buffer.array()[i]);
        }
        assertEquals(count, buffer.end() - buffer.start());
        buffer.consume(buffer.end());
      }

      assertEquals(100_000, read);
    }
  }

  @Test
  void keepsWhatIsNotConsumed() throws IOException {
    ReadBuffer buffer = new ReadBuffer();
    BufferedSource source = Okio.buffer(new Counting(100_000, 7_000));

    while (buffer.fill(source) >= 0) {
      // Grows.
    }

    assertEquals(100_000, buffer.end() - buffer.start());
    for (int i = 0; i < 100_000; i++) {
      assertEquals((byte) (i % 251), buffer.array()[buffer.start() + i]);
    }
  }

  @Test
  void givesWhatHasComeWithoutWaitingForMore() throws IOException {
    ReadBuffer buffer = new ReadBuffer();
    Buffer body = new Buffer();

    body.writeUtf8("data");
    buffer.fill(body);
    body.writeUtf8(": 1");
    buffer.fill(body);

    assertEquals(
        "data: 1",
        new String(buffer.array(), buffer.start(), buffer.end() - buffer.start(), US_ASCII));
  }

  /** Bytes that count up to 250 and start again, so many at a time. */
  private static final class Counting implements Source {
    private final int total;
    private final int piece;
    private int sent;

    Counting(int total, int piece) {
      this.total = total;
      this.piece = piece;
    }

    @Override
    public long read(Buffer sink, long byteCount) {
      if (sent == total) {
        return -1;
      }
      int count = (int) Math.min(Math.min(piece, byteCount), total - sent);
      for (int i = 0; i < count; i++) {
        sink.writeByte(sent++ % 251);
      }
      return count;
    }

    @Override
    public Timeout timeout() {
      return Timeout.NONE;
    }

    @Override
    public void close() {}
  }

  @Test
  void lineEndsAreFoundUpToTheEndOfWhatWasRead() {
    byte[] bytes = "ab\rc\nd".getBytes(UTF_8);
    ReadBuffer buffer = ReadBuffer.of(bytes, 0, bytes.length);

    assertEquals(2, buffer.lineEnd(0));
    assertEquals(4, buffer.lineEnd(3));
    assertEquals(6, buffer.lineEnd(5));
    assertEquals(4, buffer.lineFeed(0));
    assertEquals(6, buffer.lineFeed(5));
  }

  @Test
  void aByteOrderMarkIsGivenUpWhenItIsWhole() {
    byte[] mark = "\ufeff\ufeffa".getBytes(UTF_8);
    ReadBuffer buffer = ReadBuffer.of(mark, 0, 0);

    assertEquals(-1, buffer.skipByteOrderMark());
    buffer.append(mark, 0, 2);
    assertEquals(-1, buffer.skipByteOrderMark());
    assertEquals(0, buffer.start());
    buffer.append(mark, 2, 5);
    assertEquals(3, buffer.skipByteOrderMark());
    assertEquals(3, buffer.start());
  }

  @Test
  void whatIsNoByteOrderMarkStays() {
    byte[] bytes = {(byte) 0xef, (byte) 0xbb, 'a'};
    ReadBuffer buffer = ReadBuffer.of(bytes, 0, bytes.length);

    assertEquals(0, buffer.skipByteOrderMark());
    assertEquals(0, buffer.start());
  }

  @Test
  void theRoomOfALargeEventIsGivenUpOnceItIsNotNeeded() {
    byte[] large = new byte[8 * 1024 * 1024];
    ReadBuffer buffer = ReadBuffer.of(large, 0, large.length);
    buffer.append(new byte[] {1, 2, 3}, 0, 3);

    buffer.consume(buffer.end() - 2);
    buffer.append(new byte[] {4}, 0, 1);

    assertEquals(ReadBuffer.INITIAL_BYTES, buffer.array().length);
    assertEquals(3, buffer.end() - buffer.start());
    assertEquals(2, buffer.array()[buffer.start()]);
    assertEquals(4, buffer.array()[buffer.end() - 1]);
  }

  @Test
  void theRoomOfUsualEventsIsKept() {
    byte[] usual = new byte[200 * 1024];
    ReadBuffer buffer = ReadBuffer.of(usual, 0, usual.length);
    byte[] array = buffer.array();

    buffer.consume(buffer.end());
    buffer.append(usual, 0, usual.length);

    assertSame(array, buffer.array());
  }
}
