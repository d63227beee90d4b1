package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PrefixedFramerTest {
  private static final int MAX_EVENT_BYTES = 100;

  /** With a CR, leading zeros, line ends in and after events, and an event that is cut off. */
  private static final byte[] STREAM =
      "8\n{\"id\":1}15\r\n{\"id\":\n\"é€\"}\r\n\n1\n7\n004\nnull \t\n2\n[]9\n{\"a\":"
          .getBytes(UTF_8);

  private static final List<String> FRAMES =
      List.of(
          "1:0 {\"id\":1} @1",
          "2:10 {\"id\":\n\"é€\"} @é€",
          "HEARTBEAT",
          "HEARTBEAT",
          "6:32 7",
          "HEARTBEAT",
          "8:36 null",
          "HEARTBEAT",
          "10:47 []");

  private static Feed feed() {
    return Feed.prefixed(MAX_EVENT_BYTES);
  }

  @Test
  void everySplitGivesTheSameFrames() {
    assertEquals(FRAMES, feed().read(STREAM).outcome());

    for (int split = 0; split <= STREAM.length; split++) {
      Feed feed = feed().read(STREAM, 0, split).read(STREAM, split, STREAM.length - split);

      assertEquals(FRAMES, feed.outcome(), "split at " + split);
    }
    assertEquals(FRAMES, feed().eachByteAlone(STREAM).outcome());
  }

  @Test
  void eventComesWithItsLastByte() {
    Feed feed = feed().read("8\n{\"id\":1");
    assertEquals(List.of(), feed.outcome());

    feed.read("}");

    assertEquals(List.of("1:0 {\"id\":1} @1"), feed.outcome());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "-1",
        "+1",
        "1.0",
        "1e1",
        "0x1",
        " 1",
        "1 ",
        "1\t",
        "٣",
        "1,000",
        "{}",
        "1\r\r",
        "000000000000000000001",
        "                     "
      })
  void whatIsNoLengthEndsTheConnection(String length) {
    String expected =
        "MALFORMED Expected the length of an event, 1 to 20 ASCII digits, at line 3, byte 6 of the"
            + " connection but was something else";

    assertEquals(
        List.of("1:0 [1]", "HEARTBEAT", expected),
        feed().read("3\n[1]\n" + length + "\n1").outcome());
    assertEquals(
        List.of("1:0 [1]", "HEARTBEAT", expected),
        feed().eachByteAlone(("3\n[1]\n" + length + "\n1").getBytes(UTF_8)).outcome());
  }

  @Test
  void lengthWithoutAnEndIsNoLength() {
    Feed feed = feed().eachByteAlone("9".repeat(1_000).getBytes(UTF_8));

    assertTrue(
        feed.failure.getMessage().startsWith("Expected the length"), () -> "" + feed.failure);
  }

  @ParameterizedTest
  @CsvSource({
    "101, 101",
    "0101, 101",
    "2147483648, 2147483648",
    "4294967297, 4294967297",
    "99999999999999999999, over 2^63"
  })
  void lengthOverTheLimitIsALimit(String length, String shown) {
    assertEquals(
        List.of(
            "LIMIT Expected an event of at most 100 bytes (maxEventBytes) but its length was "
                + shown),
        feed().read(length + "\n").outcome());
  }

  @Test
  void eventOfJustTheLimitFits() {
    String longest = "\"" + "x".repeat(98) + "\"";

    assertEquals(List.of("1:0 " + longest), feed().read("100\n" + longest).outcome());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0\n", "1\n ", "3\n[1,2]", "2\n\u00e9", "4\nnul\n", "2\n7x"})
  void whatIsNotExactlyOneValueEndsTheConnection(String event) {
    Feed feed = feed().read("1\n7" + event);

    assertEquals("1:0 7", feed.outcome().get(0));
    String last = feed.outcome().get(feed.outcome().size() - 1);
    assertTrue(last.startsWith("MALFORMED Expected exactly one JSON value but was "), last);
  }

  @Test
  void theMessageSaysWhereAndWhatButNotTheData() {
    assertEquals(
        List.of(
            "MALFORMED Expected exactly one JSON value but was 12 bytes at line 1, byte 0 of the"
                + " connection (there is more after its JSON value)"),
        feed().read("12\n\"secret\" 471").outcome());
  }

  @Test
  void eventThatTheEndCutsIsAReset() throws Exception {
    String cut =
        "RESET Expected the rest of an event but the body ended within it, at line 2, byte 3";

    assertEquals(
        List.of("1:0 1", cut + " of the connection"), feed().read("1\n13\n12").end().outcome());
    assertEquals(
        List.of("1:0 1", cut + " of the connection"), feed().read("1\n13").end().outcome());
  }

  @Test
  void isInsideAnEventFromItsLengthOn() {
    Feed feed = feed();
    assertFalse(feed.framer.isInsideEvent());
    feed.read("2");
    assertTrue(feed.framer.isInsideEvent());
    feed.read("\n");
    assertTrue(feed.framer.isInsideEvent());
    feed.read("{}");
    assertFalse(feed.framer.isInsideEvent());
  }

  @Test
  void manyEventsDoNotGrowTheBuffer() {
    byte[] some = "8\n{\"id\":1}\n".repeat(1_000).getBytes(UTF_8);
    Feed feed = feed();

    for (int i = 0; i < 200; i++) {
      feed.read(some);
      assertEquals(2_000, feed.seen.size());
      feed.seen.clear();
    }

    assertEquals(16 * 1024, feed.buffer.array().length);
  }

  @Property(tries = 2_000)
  void anyBytesGiveTheSameByteByByte(@ForAll("streams") String stream) {
    byte[] bytes = stream.getBytes(UTF_8);

    assertEquals(feed().read(bytes).outcome(), feed().eachByteAlone(bytes).outcome(), stream);
  }

  @Provide
  Arbitrary<String> streams() {
    return Arbitraries.of(
            "1\n7",
            "2\n{}",
            "8\n{\"id\":1}",
            "\n",
            "\r\n",
            "4\n\"é\"",
            "3\n[1",
            "101\n",
            "x\n",
            " \n",
            "0",
            "2\r\n[]")
        .list()
        .ofMaxSize(20)
        .map(tokens -> String.join("", tokens));
  }
}
