package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  private final MessageInflater inflater = new MessageInflater(new Extensions(false));

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

  @Test
  void aBombIsStoppedByItsRatioBelowTheLimitOfAMessage() throws Exception {
    byte[] payload = new ServerDeflate(false, 6).message(new byte[2 * MEBIBYTE]);
    byte[] frames = new ServerFrames().frame(0xc2, payload).toBytes();

    List<String> seen = Reading.all(new Buffer().write(frames), 64 * MEBIBYTE, inflater);

    assertEquals(1, seen.size());
    assertTrue(
        seen.get(0).startsWith("1009 Expected at most 100 times the bytes of the wire"),
        seen.get(0));
  }

  @Test
  void aMebibyteMayComeFromAsLittleAsItLikesInEachMessage() throws Exception {
    ServerDeflate deflate = new ServerDeflate(false, 6);
    byte[] zeros = new byte[MEBIBYTE];
    byte[] frames =
        new ServerFrames()
            .frame(0xc2, deflate.message(zeros))
            .frame(0xc2, deflate.message(zeros))
            .toBytes();
    MessageReader reader =
        new MessageReader(new Buffer().write(frames), MEBIBYTE, inflater, new Reading());

    assertArrayEquals(zeros, reader.next().array());
    assertArrayEquals(zeros, reader.next().array());
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
