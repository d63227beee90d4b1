package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate, as in RFC 7692 and as the JDK writes it. */
class MessageInflaterTest {
  private final MessageInflater inflater = Inflaters.of(new Extensions(false));

  @AfterEach
  void close() {
    inflater.close();
  }

  /** The examples of RFC 7692, 7.2.3; each inflates to Hello. */
  @ParameterizedTest
  @CsvSource({
    "7.2.3.1, f248cdc9c90700",
    "7.2.3.3, 000500faff48656c6c6f00",
    "7.2.3.4, f348cdc9c9070000",
    "7.2.3.5, f248050000 00ffffcac9c90700"
  })
  void theExamplesOfTheRfcSayHello(String section, String hex) throws Exception {
    ServerFrames frames = new ServerFrames().frame(0xc1, bytes(hex)).close(1000, "");

    assertEquals(List.of("text Hello", "close 1000 "), read(frames), section);
  }

  @Test
  void theExampleOfTheRfcInTwoFramesSaysHello() throws Exception {
    ServerFrames frames =
        new ServerFrames()
            .frame(0x41, bytes("f248cd"))
            .ping("between")
            .frame(0x80, bytes("c9c90700"))
            .close(1000, "");

    assertEquals(List.of("ping between", "text Hello", "close 1000 "), read(frames));
  }

  /** RFC 7692, 7.2.3.2: the second message refers back to the first. */
  @Test
  void theExampleOfTheRfcThatSharesAWindowSaysHelloTwice() throws Exception {
    ServerFrames frames =
        new ServerFrames()
            .frame(0xc1, bytes("f248cdc9c90700"))
            .frame(0xc1, bytes("f200110000"))
            .close(1000, "");

    assertEquals(List.of("text Hello", "text Hello", "close 1000 "), read(frames));
  }

  @Test
  void aServerThatForgetsItsWindowMustNotReferBack() throws Exception {
    byte[] frames =
        new ServerFrames()
            .frame(0xc1, bytes("f248cdc9c90700"))
            .frame(0xc1, bytes("f200110000"))
            .toBytes();

    try (MessageInflater forgetful = Inflaters.of(new Extensions(true))) {
      List<String> seen = Reading.all(new Buffer().write(frames), Reading.MAX_BYTES, forgetful);

      assertEquals("text Hello", seen.get(0));
      assertEquals(
          "1007 Expected a valid deflate stream but had invalid distance too far back",
          seen.get(1));
    }
  }

  @Test
  void anEmptyMessageIsOneOctet() throws Exception {
    ServerFrames frames =
        new ServerFrames()
            .frame(0xc1, bytes("00"))
            .frame(0x42, bytes(""))
            .frame(0x80, bytes("00"))
            .frame(0xc1, bytes("f248cdc9c90700"))
            .close(1000, "");

    assertEquals(List.of("text ", "binary ", "text Hello", "close 1000 "), read(frames));
  }

  @Test
  void messagesThatAreNotCompressedComeBetween() throws Exception {
    ServerFrames frames =
        new ServerFrames()
            .frame(0xc1, bytes("f248cdc9c90700"))
            .text("plain")
            .frame(0xc1, bytes("f200110000"))
            .close(1000, "");

    assertEquals(List.of("text Hello", "text plain", "text Hello", "close 1000 "), read(frames));
  }

  @Test
  void inflatedTextIsUtf8() throws Exception {
    byte[] payload = new ServerDeflate(false, 6).message(new byte[] {'a', (byte) 0xc0, 'b'});

    assertEquals(
        List.of("1007 Expected UTF-8 in a text message but was an invalid sequence"),
        read(new ServerFrames().frame(0xc1, payload)));
  }

  // ---- What other clients tolerate ----

  /** Each is followed by a message that refers back to the one before, if any can. */
  @ParameterizedTest
  @CsvSource({
    "no octet at all, ''",
    "an empty stored block in full, 000000ffff",
    "a tail without its block, 0000ffff",
    "an empty last block, 0300",
    "an empty last block and its octet, 030000"
  })
  void anEmptyMessageMayBe(String form, String hex) throws Exception {
    ServerFrames frames =
        new ServerFrames()
            .frame(0xc1, bytes(hex))
            .frame(0xc1, bytes("f248cdc9c90700"))
            .frame(0xc1, bytes("f200110000"))
            .close(1000, "");

    assertEquals(List.of("text ", "text Hello", "text Hello", "close 1000 "), read(frames), form);
  }

  @Test
  void anEmptyMessageInFragmentsWithoutAnOctetKeepsTheWindow() throws Exception {
    ServerFrames frames =
        new ServerFrames()
            .frame(0xc1, bytes("f248cdc9c90700"))
            .frame(0x41, "")
            .frame(0x00, "")
            .frame(0x80, "")
            .frame(0xc1, bytes("f200110000"))
            .close(1000, "");

    assertEquals(List.of("text Hello", "text ", "text Hello", "close 1000 "), read(frames));
  }

  @Test
  void aTailMayHaveBeenKept() throws Exception {
    ServerFrames frames =
        new ServerFrames()
            .frame(0xc1, bytes("f248cdc9c907000000ffff"))
            .frame(0xc1, bytes("f2001100000000ffff"))
            .frame(0x41, bytes("f2001100000000"))
            .frame(0x80, bytes("ffff"))
            .close(1000, "");

    assertEquals(List.of("text Hello", "text Hello", "text Hello", "close 1000 "), read(frames));
  }

  @ParameterizedTest
  @CsvSource({
    "nothing after it, f348cdc9c90700",
    "the octet of 7.2.3.4, f348cdc9c9070000",
    "an empty block in full, f348cdc9c90700000000ffff",
    "the tail alone, f348cdc9c907000000ffff",
    "a stored block that ends like a tail, 010400fbff0000ffff"
  })
  void theLastBlockMayHaveBfinalAnd(String form, String hex) throws Exception {
    ServerFrames frames =
        new ServerFrames()
            .frame(0xc2, bytes(hex))
            .frame(0xc1, bytes("f248cdc9c90700"))
            .close(1000, "");

    List<String> seen = read(frames);

    assertEquals(3, seen.size(), form + ": " + seen);
    assertTrue(seen.get(0).startsWith("binary "), form + ": " + seen);
    assertEquals("text Hello", seen.get(1), form);
  }

  /** 8 KiB are inflated at a time. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4_096, 8_191, 8_192, 8_193, 16_384, 65_536})
  void aMessageOfOneStreamHasAnySize(int length) throws Exception {
    byte[] message = new byte[length];
    new Random(length).nextBytes(message);
    Deflater deflater = new Deflater(6, /* nowrap= */ true);
    deflater.setInput(message);
    deflater.finish();
    byte[] whole = new byte[2 * length + 64];
    byte[] payload = Arrays.copyOf(whole, deflater.deflate(whole));
    deflater.end();
    byte[] frames = new ServerFrames().frame(0xc2, payload).frame(0xc2, payload).toBytes();
    MessageReader reader =
        new MessageReader(new Buffer().write(frames), Reading.MAX_BYTES, inflater, new Reading());

    assertArrayEquals(message, reader.next().array());
    assertArrayEquals(message, reader.next().array());
  }

  // ---- Malformed ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "07",
        "ff",
        "f248cdc9ff0700ffffff",
        "000500faf048656c6c6f00",
        "0005",
        "000500faff4865"
      })
  void whatIsNoDeflateStreamIsRefused(String hex) throws Exception {
    List<String> seen = read(new ServerFrames().frame(0xc2, bytes(hex)));

    assertTrue(seen.get(0).startsWith("1007 Expected a "), seen.get(0));
  }

  /** A block with the fixed Huffman codes, and one with its own. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "f248cdc9c90700",
        "2c8cc90dc0000cc266359047f75fa05055ca81c0095828a74e57b0e5608e47"
            + "6e4872ddc24e0dbe83d59525a4883474c1faf34754f5b13424bd3c7ee77801"
      })
  void aMessageThatIsCutShortIsRefusedWhereverItIs(String hex) throws Exception {
    byte[] whole = bytes(hex);
    for (int length = 1; length < whole.length; length++) {
      try (MessageInflater cut = Inflaters.of(new Extensions(false))) {
        byte[] frame = new ServerFrames().frame(0xc2, Arrays.copyOf(whole, length)).toBytes();
        List<String> seen = Reading.all(new Buffer().write(frame), Reading.MAX_BYTES, cut);
        assertTrue(seen.get(0).startsWith("1007 Expected a "), "cut at " + length + ": " + seen);
      }
    }
  }

  @Test
  void anEndInTheMiddleIsTheEndOfTheConnection() throws Exception {
    assertEquals(
        List.of("Expected a close frame but the connection ended"),
        read(new ServerFrames().header(0xc1, 7).raw(0xf2, 0x48)));
  }

  @Test
  void closingTwiceIsHarmless() throws Exception {
    MessageReader reader =
        new MessageReader(
            new Buffer().write(new ServerFrames().frame(0xc1, bytes("00")).toBytes()),
            Reading.MAX_BYTES,
            inflater,
            new Reading());
    reader.next();

    inflater.close();
    inflater.close();

    assertThrows(
        RuntimeException.class,
        () ->
            inflater.inflate(new Buffer().write(bytes("f248cdc9c90700")), 7, new MessageBuffer(9)));
  }

  // ---- Round trips ----

  @Property(tries = 500)
  void whatTheJdkDeflatesIsInflated(
      @ForAll("messages") List<byte[]> messages,
      @ForAll boolean forgets,
      @ForAll boolean keepsTail,
      @ForAll("levels") int level,
      @ForAll("pieces") int pieceBytes)
      throws Exception {
    ServerDeflate deflate = new ServerDeflate(forgets, level);
    ServerFrames frames = new ServerFrames();
    for (byte[] message : messages) {
      byte[] payload = deflate.message(message);
      payload = keepsTail ? withTail(payload) : payload;
      int half = payload.length / 2;
      frames.frame(0x42, Arrays.copyOf(payload, half));
      frames.frame(0x80, Arrays.copyOfRange(payload, half, payload.length));
    }

    try (MessageInflater inflater = Inflaters.of(new Extensions(forgets))) {
      MessageReader reader =
          new MessageReader(
              Reading.inPieces(frames.toBytes(), pieceBytes),
              Reading.MAX_BYTES,
              inflater,
              new Reading());
      for (byte[] message : messages) {
        assertArrayEquals(message, reader.next().array());
      }
    }
  }

  private static byte[] withTail(byte[] payload) {
    return new Buffer().write(payload).writeInt(0x0000ffff).readByteArray();
  }

  @Provide
  Arbitrary<List<byte[]>> messages() {
    Arbitrary<byte[]> text =
        Arbitraries.strings().withChars("ab{}:,\"0").ofMaxLength(2_000).map(t -> t.getBytes(UTF_8));
    Arbitrary<byte[]> noise =
        Arbitraries.integers()
            .between(0, 100_000)
            .map(
                length -> {
                  byte[] bytes = new byte[length];
                  new Random(length).nextBytes(bytes);
                  return bytes;
                });
    return Arbitraries.oneOf(text, text, text, noise).list().ofMaxSize(6);
  }

  @Provide
  Arbitrary<Integer> levels() {
    return Arbitraries.of(0, 1, 6, 9);
  }

  @Provide
  Arbitrary<Integer> pieces() {
    return Arbitraries.of(1, 13, 8_192);
  }

  private List<String> read(ServerFrames frames) throws Exception {
    return Reading.all(new Buffer().write(frames.toBytes()), Reading.MAX_BYTES, inflater);
  }

  private static byte[] bytes(String hex) {
    return ByteString.decodeHex(hex.replace(" ", "")).toByteArray();
  }
}
