package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import okio.Buffer;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The size limit of a message. Memory and time grow only with the bytes that came. */
class MessageSizeTest {
  private static final String CUT_SHORT = "Expected a close frame but the connection ended";

  @Test
  void aMessageOfTheLimitIsReadAndOneByteMoreIsRefused() throws Exception {
    ServerFrames frames = new ServerFrames().text("12345").text("123456");

    assertEquals(
        List.of("text 12345", "1009 " + tooLarge(5, 6)),
        Reading.all(new Buffer().write(frames.toBytes()), 5, null));
  }

  @Test
  void fragmentsCountTogether() throws Exception {
    ServerFrames frames =
        new ServerFrames().frame(0x01, "123").frame(0x00, "45").frame(0x00, "").header(0x80, 1);

    assertEquals(
        List.of("1009 " + tooLarge(5, 6)),
        Reading.all(new Buffer().write(frames.toBytes()), 5, null));
  }

  @ParameterizedTest
  @CsvSource({"0, 9223372036854775807", "3, 9223372036854775807", "0, 1048577", "3, 1048574"})
  void aHeaderThatClaimsTooMuchIsRefusedBeforeAnythingFollows(int before, long claimed)
      throws Exception {
    ServerFrames frames =
        before == 0
            ? new ServerFrames().header(0x82, claimed)
            : new ServerFrames().frame(0x02, "123").header(0x80, claimed);

    List<String> seen = Reading.all(frames);

    long sum = claimed == Long.MAX_VALUE ? claimed : claimed + before;
    assertEquals(List.of("1009 " + tooLarge(Reading.MAX_BYTES, sum)), seen);
  }

  @Test
  void aHeaderOfTheLimitTakesNoMemoryBeforeTheBytesCome() throws Exception {
    // The heap of the tests has no space for an array of this size.
    ServerFrames frames = new ServerFrames().header(0x82, Integer.MAX_VALUE).raw(1, 2, 3);

    assertEquals(
        List.of(CUT_SHORT),
        Reading.all(new Buffer().write(frames.toBytes()), Integer.MAX_VALUE, null));
  }

  private static String tooLarge(int max, long actual) {
    return "Expected a message of at most "
        + max
        + " bytes (maxEventBytes) but was at least "
        + actual;
  }

  @Test
  void aMillionFragmentsOfOneByteAreOneMessage() throws Exception {
    int count = 1_000_000;
    MessageReader reader =
        new MessageReader(Okio.buffer(new Fragments(count)), count, null, new Reading());

    byte[] bytes = reader.next().array();

    assertEquals(count, bytes.length);
    for (int i = 0; i < count; i++) {
      assertEquals((byte) ('a' + i % 26), bytes[i]);
    }
  }

  @Test
  void fragmentsWithoutAnEndMeetTheLimit() {
    MessageReader reader =
        new MessageReader(
            Okio.buffer(new Fragments(Integer.MAX_VALUE)), 100_000, null, new Reading());

    FrameException refusal = assertThrows(FrameException.class, reader::next);

    assertEquals(tooLarge(100_000, 100_001), refusal.getMessage());
  }

  @Test
  void aMillionEmptyFragmentsAreNothing() throws Exception {
    Buffer in = new Buffer().write(new ServerFrames().frame(0x01, "a").toBytes());
    byte[] empty = new byte[2];
    for (int i = 0; i < 1_000_000; i++) {
      in.write(empty);
    }
    in.write(new ServerFrames().frame(0x80, "b").toBytes());
    MessageReader reader = new MessageReader(in, 2, null, new Reading());

    assertArrayEquals("ab".getBytes(US_ASCII), reader.next().array());
  }

  /** A text message in fragments of one byte, which are made while they are read. */
  private static final class Fragments implements Source {
    private final int count;
    private int made;

    Fragments(int count) {
      this.count = count;
    }

    @Override
    public long read(Buffer sink, long byteCount) {
      if (made == count) {
        return -1;
      }
      int fin = made == count - 1 ? 0x80 : 0;
      sink.writeByte(fin | (made == 0 ? 1 : 0)).writeByte(1).writeByte('a' + made % 26);
      made++;
      return 3;
    }

    @Override
    public Timeout timeout() {
      return Timeout.NONE;
    }

    @Override
    public void close() {}
  }
}
