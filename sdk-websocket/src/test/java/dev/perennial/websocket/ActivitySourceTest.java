package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.util.ArrayDeque;
import java.util.Arrays;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.Test;

class ActivitySourceTest {
  private final FixedClock clock = new FixedClock();
  private final ArrayDeque<byte[]> reads = new ArrayDeque<>();
  private final ActivitySource activity = new ActivitySource(new Reads(), clock);
  private final BufferedSource source = Okio.buffer(activity);
  private final MessageReader reader =
      new MessageReader(
          source,
          Reading.MAX_BYTES,
          null,
          new Reading() {
            @Override
            public void onMessageStart() {
              activity.startMessage();
            }
          });

  /** Each read comes a hundred nanoseconds after the one before. */
  private void serve(byte[] bytes, int... cuts) {
    int from = 0;
    for (int cut : cuts) {
      reads.add(Arrays.copyOfRange(bytes, from, cut));
      from = cut;
    }
    reads.add(Arrays.copyOfRange(bytes, from, bytes.length));
  }

  @Test
  void bytesAreCountedAndTheLastOneHasATime() throws Exception {
    serve(new ServerFrames().text("abc").toBytes(), 2);
    assertEquals(0, activity.lastByteNanos());

    reader.next();

    assertEquals(5, activity.bytesRead());
    assertEquals(200, activity.lastByteNanos());
  }

  @Test
  void aMessageStartsWhenItsFirstByteCame() throws Exception {
    serve(new ServerFrames().text("abc").toBytes(), 1, 2, 3, 4);

    reader.next();

    assertEquals(100, activity.messageStartNanos());
    assertEquals(500, activity.lastByteNanos());
  }

  @Test
  void aMessageStartsWhenItsFirstByteCameEvenIfThatReadEndedAnother() throws Exception {
    serve(new ServerFrames().text("abc").text("def").text("ghi").toBytes(), 3, 8, 12);

    reader.next();
    assertEquals(100, activity.messageStartNanos());
    reader.next();
    assertEquals(200, activity.messageStartNanos());
    reader.next();
    assertEquals(300, activity.messageStartNanos());
  }

  @Test
  void theEndIsNoActivity() {
    serve(new ServerFrames().header(0x81, 5).toBytes());

    assertThrows(EOFException.class, reader::next);

    assertEquals(2, activity.bytesRead());
    assertEquals(100, activity.lastByteNanos());
  }

  private final class Reads implements Source {
    @Override
    public long read(Buffer sink, long byteCount) {
      byte[] next = reads.poll();
      if (next == null) {
        return -1;
      }
      clock.pass(100);
      sink.write(next);
      return next.length;
    }

    @Override
    public Timeout timeout() {
      return Timeout.NONE;
    }

    @Override
    public void close() {}
  }
}
