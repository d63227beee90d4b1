package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Few bytes on the wire never inflate to very many. */
class MessageInflaterBoundsTest {
  private static final int MEBIBYTE = 1024 * 1024;

  private final MessageInflater inflater = Inflaters.of(new Extensions(false));

  @AfterEach
  void close() {
    inflater.close();
  }

  @Test
  void aBombIsStoppedAtTheLimitOfAMessage() throws Exception {
    byte[] payload = new ServerDeflate(false, 6).message(new byte[64 * MEBIBYTE]);
    byte[] frames = new ServerFrames().frame(0xc2, payload).toBytes();

    List<String> seen = Reading.all(new Buffer().write(frames), 100_000, inflater);

    assertEquals(1, seen.size());
    assertTrue(
        seen.get(0)
            .startsWith("1009 Expected a message of at most 100000 bytes (maxEventBytes) but was"),
        seen.get(0));
  }

  /** Whatever it was compressed to. */
  @Test
  void oneMessageWithinItsLimitAlwaysFits() throws Exception {
    int limit = 32 * MEBIBYTE;
    byte[] letters = new byte[limit];
    Arrays.fill(letters, (byte) 'x');
    byte[] frames =
        new ServerFrames().frame(0xc1, new ServerDeflate(false, 9).message(letters)).toBytes();
    try (MessageInflater large =
        Inflaters.of(new Extensions(false), CompressionSettings.of(), limit, new FixedClock())) {
      MessageReader reader =
          new MessageReader(new Buffer().write(frames), limit, large, new Reading());

      assertArrayEquals(letters, reader.next().array());
    }
  }

  /** 16 MiB, and 1.6 MiB for 17 KiB on the wire. */
  @Test
  void manySmallBombsAreStoppedByTheirSum() throws Exception {
    assertEquals(17, messagesBeforeTheLimit(CompressionSettings.of(), new FixedClock(), 0));
  }

  @Test
  void manySmallBombsOverALongTimeAreNoBomb() throws Exception {
    assertEquals(
        MANY, messagesBeforeTheLimit(CompressionSettings.of(), new FixedClock(), 65_000_000));
  }

  @Test
  void theLimitIsWhatWasSet() throws Exception {
    CompressionSettings tight = CompressionSettings.of().withLimits(100, 1_000);
    assertEquals(1, messagesBeforeTheLimit(tight, new FixedClock(), 0));
    CompressionSettings loose = CompressionSettings.of().withLimits(2_000, 1_000);
    assertEquals(MANY, messagesBeforeTheLimit(loose, new FixedClock(), 0));
  }

  private static final int MANY = 100;

  /** Reads at most {@link #MANY} messages of 1 MiB that have 1 KiB on the wire. */
  private static int messagesBeforeTheLimit(
      CompressionSettings settings, FixedClock clock, long nanosBetween) throws Exception {
    ServerDeflate deflate = new ServerDeflate(false, 6);
    byte[] zeros = new byte[MEBIBYTE];
    ServerFrames frames = new ServerFrames();
    for (int i = 0; i < MANY; i++) {
      frames.frame(0xc2, deflate.message(zeros));
    }
    int read = 0;
    try (MessageInflater inflater =
        Inflaters.of(new Extensions(false), settings, MEBIBYTE, clock)) {
      MessageReader reader =
          new MessageReader(
              new Buffer().write(frames.toBytes()), MEBIBYTE, inflater, new Reading());
      while (read < MANY) {
        reader.next();
        read++;
        clock.pass(nanosBetween);
      }
    } catch (FrameException e) {
      assertEquals(1009, e.closeCode());
      assertEquals(
          "Expected compressed messages to inflate to at most "
              + settings.maxRatio()
              + " times their bytes and "
              + settings.maxBytesPerSecond()
              + " bytes per second (maxInflation) but was more",
          e.getMessage());
    }
    return read;
  }

  @Test
  void whatCannotBeCompressedMayStillBeAsLargeAsTheLimit() throws Exception {
    byte[] noise = new byte[MEBIBYTE];
    new Random(2).nextBytes(noise);
    byte[] payload = new ServerDeflate(false, 6).message(noise);
    assertTrue(payload.length > noise.length);
    byte[] frames = new ServerFrames().frame(0xc2, payload).toBytes();
    MessageReader reader =
        new MessageReader(new Buffer().write(frames), MEBIBYTE, inflater, new Reading());

    assertArrayEquals(noise, reader.next().array());
  }

  @Test
  void blocksThatInflateToNothingMeetALimitToo() throws Exception {
    ServerFrames frames = new ServerFrames().frame(0x42, "");
    for (int i = 0; i < 40; i++) {
      frames.frame(0x00, bytes("000000ffff"));
    }

    List<String> seen = Reading.all(new Buffer().write(frames.toBytes()), 100, inflater);

    assertEquals(
        List.of(
            "1009 Expected a compressed message of at most 176 bytes on the wire"
                + " (from maxEventBytes) but was at least 180"),
        seen);
  }

  @ParameterizedTest
  @ValueSource(longs = {1_200_000, Long.MAX_VALUE})
  void aHeaderThatClaimsTooMuchIsRefusedBeforeAnythingFollows(long claimed) throws Exception {
    ServerFrames frames = new ServerFrames().frame(0x42, bytes("00")).header(0x80, claimed);

    List<String> seen = read(frames);

    assertTrue(
        seen.get(0).startsWith("1009 Expected a compressed message of at most"), seen.get(0));
  }

  private List<String> read(ServerFrames frames) throws Exception {
    return Reading.all(new Buffer().write(frames.toBytes()), Reading.MAX_BYTES, inflater);
  }

  private static byte[] bytes(String hex) {
    return ByteString.decodeHex(hex.replace(" ", "")).toByteArray();
  }
}
