package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Payload.Kind;
import dev.perennial.StreamException.Reason;
import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where frames begin and end. {@link HostileLinesTest} tests what a JSON value is. */
final class LineFramerTest {
  private static final int BUFFER_BYTES = 16 * 1024;

  /** With a byte order mark, both line ends, blank lines, and characters of 2 to 4 bytes. */
  private static final byte[] STREAM =
      ("\ufeff{\"id\":\"é1\"}\n\r\n\n \t\r\n[\"€\"]\r\n{\"id\":2,\"b\":\"😀\"}\n\r\"\ufeff\"\n"
              + "{half\n{\"a\":\r1}\r\r\n7\n12")
          .getBytes(UTF_8);

  private static final List<String> FRAMES =
      List.of(
          "1:3 {\"id\":\"é1\"} @é1",
          "HEARTBEAT",
          "HEARTBEAT",
          "HEARTBEAT",
          "5:23 [\"€\"]",
          "6:32 {\"id\":2,\"b\":\"😀\"} @2",
          "7:52 \"\ufeff\"",
          "8:59 {half ! it is not JSON: expected a \" at its byte 1",
          "9:65 {\"a\":\r1}\r",
          "10:76 7");

  @Test
  void wholeStreamGivesItsFrames() {
    assertEquals(FRAMES, Feed.lines().read(STREAM).outcome());
  }

  @Test
  void everySplitIntoTwoReadsGivesTheSameFrames() {
    List<String> expected = Feed.lines().read(STREAM).events();

    for (int split = 0; split <= STREAM.length; split++) {
      Feed feed = Feed.lines().read(STREAM, 0, split).read(STREAM, split, STREAM.length - split);

      assertEquals(expected, feed.events(), "split at " + split);
    }
  }

  @Test
  void byteByByteEachFrameComesWithItsOwnLastByte() {
    assertEquals(Feed.lines().read(STREAM).events(), Feed.lines().eachByteAlone(STREAM).events());
    Feed feed = Feed.lines().eachByteAlone("{\"id\":1}".getBytes(UTF_8));
    assertEquals(List.of(), feed.outcome());

    feed.read("\n");

    assertEquals(List.of("1:0 {\"id\":1} @1"), feed.outcome());
  }

  @Property(tries = 2_000)
  void anyReadsGiveTheSameFrames(
      @ForAll("streams") byte[] stream,
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 50) Integer> sizes) {
    Feed feed = Feed.lines(40);
    int read = 0;
    for (int i = 0; read < stream.length; i++) {
      int size = Math.min(sizes.get(i % sizes.size()), stream.length - read);
      feed.read(stream, read, size);
      read += size;
    }

    // The size that is reported depends on the reads.
    assertEquals(
        withoutSize(Feed.lines(40).read(stream)),
        withoutSize(feed),
        () -> new String(stream, UTF_8));
  }

  private static List<String> withoutSize(Feed feed) {
    return feed.events().stream().map(line -> line.replaceFirst("at least \\d+", "")).toList();
  }

  @Provide
  Arbitrary<byte[]> streams() {
    return Arbitraries.of(
            "\n",
            "\r\n",
            "\r",
            "\ufeff",
            " ",
            "{\"id\":",
            "1}",
            "\"é\"",
            "[]",
            "€",
            "😀",
            "\\",
            "{\"id\":\"12345678901234567890\"}",
            "x".repeat(39))
        .list()
        .ofMaxSize(40)
        .map(tokens -> String.join("", tokens).getBytes(UTF_8));
  }

  @Test
  void eventIsAViewOfTheBuffer() throws Exception {
    byte[] bytes = " {\"id\":7}\r\n".getBytes(UTF_8);
    ReadBuffer in = ReadBuffer.of(bytes, 0, bytes.length);

    Frame event = Feed.lines().framer.next(in);

    assertEquals(Kind.EVENT, event.kind());
    assertSame(in.array(), event.array());
    assertEquals(1, event.offset());
    assertEquals("{\"id\":7}", event.text());
    assertEquals("message", event.type());
    assertEquals("7", event.id());
    assertEquals("7", event.cursor());
    assertNull(event.defect());
    assertNull(event.retryDelay());
    assertFalse(event.isBinary());
    assertEquals("EVENT(7, message, 8 bytes)", event.toString());
  }

  @Test
  void frameSaysNothingOfTheOneBefore() throws Exception {
    byte[] bytes = "{\"id\":1}\nbad\n{}\n\n".getBytes(UTF_8);
    ReadBuffer in = ReadBuffer.of(bytes, 0, bytes.length);
    Feed feed = Feed.lines();
    feed.framer.next(in);

    Frame bad = feed.framer.next(in);
    assertNotNull(bad.defect());
    assertNull(bad.cursor());
    Frame sound = feed.framer.next(in);
    assertNull(sound.defect());
    assertNull(sound.cursor());
    Frame blank = feed.framer.next(in);
    assertEquals(Kind.HEARTBEAT, blank.kind());
    assertEquals("", blank.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e3",
        "-0",
        "18446744073709551616",
        "0.10",
        "1E+400",
        "true",
        "\"1e3\"",
        "\" \"",
        "[1, 2]",
        "{ }"
      })
  void cursorIsVerbatim(String value) {
    Feed feed = Feed.lines().read("{\"id\":" + value + "}\n");

    assertEquals(value.replace("\"", ""), feed.seen.get(0).cursor());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"id\":null}", "{\"id\":\"\"}", "[]", "1", "{\"Id\":1}"})
  void withoutTheFieldThereIsNoCursor(String line) {
    Feed feed = Feed.lines().read(line + "\n");

    assertNull(feed.seen.get(0).cursor());
    assertNull(feed.seen.get(0).defect());
  }

  @Test
  void ofANameThatStandsTwiceTheFirstCounts() {
    assertEquals("1", Feed.lines().read("{\"id\":1,\"id\":2}\n").seen.get(0).cursor());
  }

  @Test
  void lineOfJustTheLimitFitsWhateverEndsIt() {
    byte[] line = ("\"" + "x".repeat(98) + "\"\r\n").getBytes(UTF_8);

    assertEquals(1, Feed.lines(100).read(line).seen.size());
    assertEquals(1, Feed.lines(100).eachByteAlone(line).seen.size());
  }

  @Test
  void longerLineIsALimit() {
    byte[] line = ("{}\n\"" + "x".repeat(99) + "\"\n").getBytes(UTF_8);

    assertEquals(
        List.of(
            "1:0 {}",
            "LIMIT Expected a line of at most 100 bytes (maxEventBytes) but was at least 101"),
        Feed.lines(100).read(line).outcome());
    assertEquals(
        List.of(
            "1:0 {}",
            "LIMIT Expected a line of at most 100 bytes (maxEventBytes) but was at least 101"),
        Feed.lines(100).eachByteAlone(line).outcome());
  }

  @Test
  void endlessLineMeetsTheLimitInABoundedBuffer() {
    byte[] some = new byte[1_000];
    Arrays.fill(some, (byte) '[');
    Feed feed = Feed.lines(100_000);

    for (int i = 0; i < 1_000; i++) {
      feed.read(some);
    }

    assertEquals(Reason.LIMIT, feed.failure.reason());
    assertTrue(feed.buffer.array().length <= 2 * 100_000, () -> feed.buffer.array().length + "");
  }

  @Test
  void stormOfBlankLinesDoesNotGrowTheBuffer() throws Exception {
    byte[] storm = "\n\r\n\n \n".repeat(1_000).getBytes(UTF_8);
    Feed feed = Feed.lines();
    long heartbeats = 0;

    for (int i = 0; i < 250; i++) {
      feed.buffer.append(storm, 0, storm.length);
      for (Frame f = feed.framer.next(feed.buffer); f != null; f = feed.framer.next(feed.buffer)) {
        assertEquals(Kind.HEARTBEAT, f.kind());
        heartbeats++;
      }
    }

    assertEquals(1_000_000, heartbeats);
    assertEquals(BUFFER_BYTES, feed.buffer.array().length);
    assertFalse(feed.framer.isInsideEvent());
  }

  @Test
  void aMillionEventsDoNotGrowTheBuffer() {
    byte[] some = "{\"id\":1}\n".repeat(1_000).getBytes(UTF_8);
    Feed feed = Feed.lines();

    for (int i = 0; i < 1_000; i++) {
      feed.read(some);
      assertEquals(1_000, feed.seen.size());
      feed.seen.clear();
    }

    assertEquals(BUFFER_BYTES, feed.buffer.array().length);
  }

  @Test
  void isInsideAnEventBetweenItsFirstByteAndItsLast() {
    Feed feed = Feed.lines();
    assertFalse(feed.framer.isInsideEvent());

    feed.read("{");
    assertTrue(feed.framer.isInsideEvent());

    feed.read("}\n");
    assertFalse(feed.framer.isInsideEvent());
  }

  @Test
  void cursorIsBounded() {
    String longest = "ä".repeat(2_048);

    assertEquals(longest, Feed.lines().read("{\"id\":\"" + longest + "\"}\n").seen.get(0).cursor());
    assertEquals(
        List.of("LIMIT Expected a cursor of at most 4096 bytes but was 4097"),
        Feed.lines().read("{\"id\":\"" + longest + "x\"}\n").outcome());
  }

  @Test
  void lastLineWithoutItsEndIsReported() {
    assertEquals(
        List.of(
            "1:0 1",
            "RESET Expected the LF of the last line but the body ended 2 bytes into it, at line 2,"
                + " byte 2 of the connection (lastLineWithoutNewline() delivers it)"),
        Feed.lines().read("1\n12").end().outcome());
    assertEquals(
        List.of(
            "1:0 1",
            "RESET Expected the LF of the last line but the body ended 2 bytes into it, at line 2,"
                + " byte 2 of the connection"),
        Feed.lines().read("1\n{x").end().outcome());
  }

  @ParameterizedTest
  @ValueSource(strings = {"12", "12\r", "{\"a\":1}", " 12 "})
  void lastLineIsDeliveredByOptionWhenItIsWhole(String last) throws Exception {
    Feed feed = Feed.linesWithTheLast().read("1\n" + last);
    assertEquals(List.of("1:0 1"), feed.events());

    feed.end();

    assertEquals(List.of("1:0 1", "2:2 " + last.replace("\r", "").stripLeading()), feed.events());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\r"})
  void blankLastLineIsNone(String last) {
    assertEquals(List.of("1:0 1"), Feed.linesWithTheLast().read("1\n" + last).end().events());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":", "12 3", "tru", "\"a"})
  void lastLineThatIsNotWholeIsAResetWhateverWasAskedFor(String last) {
    Feed feed = Feed.linesWithTheLast().read("1\n" + last).end();

    assertEquals(List.of("1:0 1"), feed.events().subList(0, 1));
    assertEquals(Reason.RESET, feed.failure.reason());
  }

  @Test
  void blanksWithoutALineEndAreHeartbeatsAndNoEvent() {
    Feed feed = Feed.lines();

    for (int i = 0; i < 1_000_000; i++) {
      feed.buffer.append(new byte[] {' '}, 0, 1);
      assertEquals(Kind.HEARTBEAT, feed.next().kind());
      assertNull(feed.next());
      assertFalse(feed.framer.isInsideEvent());
    }

    assertEquals(BUFFER_BYTES, feed.buffer.array().length);
    assertEquals(List.of("1:0 {\"id\":1} @1"), feed.read("{\"id\":1}\n").events());
  }

  @Test
  void bodyThatEndsWithinAByteOrderMarkHasNoEvent() {
    byte[] half = {(byte) 0xef, (byte) 0xbb};

    assertEquals(List.of(), Feed.linesWithTheLast().read(half).end().outcome());
  }
}
