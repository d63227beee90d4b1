package dev.perennial.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Payload.Kind;
import dev.perennial.StreamException;
import dev.perennial.http.ReadBuffer;
import dev.perennial.spi.Frame;
import dev.perennial.spi.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the frames are and when they come; the corpus tests the rules of the format. */
final class SseFramerTest {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final SseFramer framer =
      new SseFramer(Feed.MAX_EVENT_BYTES, Feed.MAX_ID_BYTES, false, false);

  @Test
  void eventSaysTypeIdCursorAndData() throws Exception {
    Frame event = framer.next(buffer("event: add\nid: 7\ndata: a\n\n"));

    assertEquals(Kind.EVENT, event.kind());
    assertEquals("add", event.type());
    assertEquals("7", event.id());
    assertEquals("7", event.cursor());
    assertNull(event.retryDelay());
    assertFalse(event.isBinary());
    assertEquals(1, event.length());
    assertEquals("a", event.text());
    assertEquals("EVENT(7, add, 1 bytes)", event.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1_000})
  void eventSaysWhereItBeginsHoweverTheBytesCome(int step) throws Exception {
    byte[] bytes =
        "\ufeff: hi\n\ndata: a\r\ndata: b\r\n\r\nid: 1\rdata: ö\r\r\n: bye\nevent: c\ndata: c\n\n"
            .getBytes(UTF_8);
    ReadBuffer in = buffer("");
    List<String> places = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += step) {
      in.append(bytes, from, Math.min(step, bytes.length - from));
      Frame frame = framer.next(in);
      while (frame != null) {
        if (frame.kind() == Kind.EVENT) {
          places.add(frame.text() + " " + frame.streamLine() + " " + frame.streamOffset());
        }
        frame = framer.next(in);
      }
    }

    assertEquals(List.of("a\nb 3 9", "ö 6 29", "c 10 52"), places);
  }

  @Test
  void emptyIdIsNoIdAndClearsTheCursor() throws Exception {
    Frame event = framer.next(buffer("id\ndata: a\n\n"));

    assertNull(event.id());
    assertEquals("", event.cursor());
  }

  @Test
  void eventWithoutIdLeavesTheCursor() throws Exception {
    ReadBuffer in = buffer("id: 1\ndata: a\n\ndata: b\n\n");
    framer.next(in);

    Frame event = framer.next(in);

    assertNull(event.id());
    assertNull(event.cursor());
  }

  @Test
  void checkpointHasAnEmptyPayload() throws Exception {
    Frame checkpoint = framer.next(buffer("event: add\nid: 7\n\n"));

    assertEquals(Kind.CURSOR, checkpoint.kind());
    assertEquals("7", checkpoint.cursor());
    assertEquals("message", checkpoint.type());
    assertEquals(0, checkpoint.length());
    assertEquals("", checkpoint.text());
  }

  @Test
  void retryIsADelay() throws Exception {
    Frame retry = framer.next(buffer("retry: 1500\n"));

    assertEquals(Kind.CONTROL, retry.kind());
    assertEquals(Duration.ofMillis(1500), retry.retryDelay());
    assertNull(retry.cursor());
  }

  @Test
  void retryOfAnyLengthIsANumberOfNanoseconds() throws Exception {
    Frame retry = framer.next(buffer("retry: 99999999999999999999\n"));

    assertTrue(retry.retryDelay().toNanos() > Duration.ofDays(36_500).toNanos());
  }

  @Test
  void commentSaysNothingOfItsBlock() throws Exception {
    Frame comment = framer.next(buffer("event: add\nid: 7\ndata: a\n: alive\n"));

    assertEquals(Kind.HEARTBEAT, comment.kind());
    assertEquals("alive", comment.text());
    assertEquals("message", comment.type());
    assertNull(comment.id());
    assertNull(comment.cursor());
    assertNull(comment.retryDelay());
  }

  @Test
  void dataOfOneLineIsAViewOfTheBuffer() throws Exception {
    ReadBuffer in = buffer("id: 1\ndata: abc\n\n");

    Frame event = framer.next(in);

    assertSame(in.array(), event.array());
    assertEquals("id: 1\ndata: ".length(), event.offset());
    assertEquals("abc".length(), event.length());
  }

  @Test
  void dataOfSeveralLinesIsJoinedWithinTheBuffer() throws Exception {
    ReadBuffer in = buffer("data: abc\ndata: def\n\n");

    Frame event = framer.next(in);

    assertSame(in.array(), event.array());
    assertEquals("data: ".length(), event.offset());
    assertEquals("abc\ndef".length(), event.length());
  }

  @Test
  void frameIsOneObject() throws Exception {
    ReadBuffer in = buffer("data: a\n\n: b\nid: 1\n\nretry: 5\n");

    Frame first = framer.next(in);

    assertSame(first, framer.next(in));
    assertSame(first, framer.next(in));
    assertSame(first, framer.next(in));
    assertNull(framer.next(in));
  }

  @Test
  void typeThatRecursIsOneString() throws Exception {
    ReadBuffer in = buffer("event: add\ndata\n\nevent: add\ndata\n\n");

    String first = framer.next(in).type();

    assertSame(first, framer.next(in).type());
  }

  @Test
  void eventThatEndsWithCrDoesNotWaitForWhatFollows() {
    Feed feed = new Feed().read("data: a\r\r");
    assertEquals(List.of(SeenFrame.event("a")), feed.seen);

    feed.read("\n");
    assertEquals(1, feed.seen.size());
    assertFalse(feed.framer.isInsideEvent());

    feed.read("data: b\r").read("\n\n");
    assertEquals(List.of(SeenFrame.event("a"), SeenFrame.event("b")), feed.seen);
  }

  @Test
  void askingAgainWithoutNewBytesGivesNothing() throws Exception {
    ReadBuffer in = buffer("data: a\r\r");
    assertNotNull(framer.next(in));

    assertNull(framer.next(in));
    assertNull(framer.next(in));

    byte[] more = "\ndata: b\n\n".getBytes(UTF_8);
    in.append(more, 0, more.length);
    assertEquals("b", framer.next(in).text());
  }

  @Test
  void bufferMayStartAnywhere() throws Exception {
    ReadBuffer in = buffer("consumed\ufeffdata: a\ndata: b\n\n");
    in.consume("consumed".length());

    assertEquals("a\nb", framer.next(in).text());
  }

  @Test
  void endOfTheBodyCompletesNothing() throws Exception {
    ReadBuffer in = buffer("id: 1\ndata: a\n");
    assertNull(framer.next(in));

    assertNull(framer.end(in));
  }

  @Test
  void isInsideEventFromTheFirstByteOfALineToTheBlankLine() {
    Feed feed = new Feed();
    assertFalse(feed.framer.isInsideEvent());

    assertTrue(feed.read("d").framer.isInsideEvent());
    assertTrue(feed.read("ata: a").framer.isInsideEvent());
    assertTrue(feed.read("\r").framer.isInsideEvent());
    assertTrue(feed.read("\n").framer.isInsideEvent());
    assertFalse(feed.read("\r").framer.isInsideEvent());
    assertFalse(feed.read("\n").framer.isInsideEvent());
    assertFalse(feed.read("\n\r\n").framer.isInsideEvent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"data\n", "id: 1\n", "event: a\n", "foo: a\n", "retry: 5\n"})
  void isInsideEventAfterAnyField(String field) {
    Feed feed = new Feed().read(field);

    assertTrue(feed.framer.isInsideEvent());
    assertFalse(feed.read("\n").framer.isInsideEvent());
  }

  @Test
  void commentOpensNoBlock() {
    Feed feed = new Feed();

    assertTrue(feed.read(": ali").framer.isInsideEvent());
    assertFalse(feed.read("ve\n").framer.isInsideEvent());
    assertTrue(feed.read("data: a\n: alive\n").framer.isInsideEvent());
  }

  @Test
  void limitSaysItselfAndTheSizeMetAndNothingOfThePayload() {
    TransportException event = new Feed(10).read("data: secret-token\n").failure;
    TransportException id = new Feed().read("id: " + "s".repeat(5_000) + "\n").failure;
    TransportException type = new Feed().read("event: " + "s".repeat(2_000) + "\n").failure;

    assertEquals(StreamException.Reason.LIMIT, event.reason());
    assertEquals(
        "Expected an event or line of at most 10 bytes (maxEventBytes) but was at least 18",
        event.getMessage());
    assertEquals(
        "Expected an id of at most 4096 bytes (maxCursorBytes) but was 5000", id.getMessage());
    assertEquals("Expected an event type of at most 1024 bytes but was 2000", type.getMessage());
  }

  @Test
  void endlessLineMeetsTheLimitWithoutMuchMemory() {
    int maxEventBytes = 1 << 20;
    Feed feed = new Feed(maxEventBytes).read("data: ");
    byte[] read = "x".repeat(8 * 1024).getBytes(UTF_8);

    int bytes = 0;
    while (feed.failure == null) {
      feed.read(read);
      bytes += read.length;
    }

    assertTrue(bytes <= maxEventBytes + read.length, "read " + bytes);
    assertTrue(feed.buffer.array().length <= 2 * maxEventBytes + BUFFER_BYTES);
  }

  @Test
  void endlessBlockMeetsTheLimitWithoutMuchMemory() {
    int maxEventBytes = 1 << 20;
    Feed feed = new Feed(maxEventBytes);
    byte[] read = "data: 0123456789\n".repeat(400).getBytes(UTF_8);

    int bytes = 0;
    while (feed.failure == null) {
      feed.read(read);
      bytes += read.length;
    }

    assertTrue(bytes <= 2 * maxEventBytes, "read " + bytes);
    assertTrue(feed.buffer.array().length <= 2 * maxEventBytes + BUFFER_BYTES);
  }

  @Test
  void limitNearTheLargestIntDoesNotOverflow() {
    Feed feed = new Feed(Integer.MAX_VALUE).read("data: a\ndata: b\n\n");

    assertEquals(List.of(SeenFrame.event("a\nb")), feed.seen);
  }

  @Test
  void endlessCommentsWithinABlockDoNotGrowTheBuffer() {
    Feed feed = new Feed().read("id: 1\ndata: a\ndata: b\n");
    byte[] comments = (": " + "x".repeat(90) + "\nfoo: bar\r\n").repeat(80).getBytes(UTF_8);

    for (int i = 0; i < 5_000; i++) {
      // Never the same cut twice, so that most reads end within a line.
      int cut = i % comments.length;
      feed.read(comments, 0, cut).read(comments, cut, comments.length - cut);
      feed.seen.clear();
    }
    feed.read("data: c\n\n");

    assertEquals("EVENT id=\"1\" cursor=\"1\" \"a\\nb\\nc\"", feed.seen.get(0).toString());
    assertEquals(BUFFER_BYTES, feed.buffer.array().length);
  }

  @Test
  void emptyDataLinesWithinABlockGrowTheBufferByTheirLineFeedsOnly() {
    Feed feed = new Feed();
    byte[] lines = "data\n".repeat(1_000).getBytes(UTF_8);

    for (int i = 0; i < 10; i++) {
      feed.read(lines);
    }
    feed.read("\n");

    assertEquals(List.of(SeenFrame.event("\n".repeat(9_999))), feed.seen);
    assertEquals(BUFFER_BYTES, feed.buffer.array().length);
  }

  @Test
  void aMillionSmallEventsDoNotGrowTheBuffer() {
    Feed feed = new Feed();
    byte[] events = "id: 123\nevent: tick\ndata: {\"price\":1.5}\n\n".repeat(100).getBytes(UTF_8);

    int count = 0;
    for (int i = 0; i < 10_000; i++) {
      int cut = i % events.length;
      feed.read(events, 0, cut).read(events, cut, events.length - cut);
      count += feed.seen.size();
      feed.seen.clear();
    }

    assertEquals(1_000_000, count);
    assertEquals(BUFFER_BYTES, feed.buffer.array().length);
  }

  /** Scanning the line again at each byte would take hours. */
  @Test
  void longLineByteByByteTakesTimeInProportion() {
    byte[] line = ("data: " + "x".repeat(4 << 20) + "\n\n").getBytes(UTF_8);

    Feed feed = new Feed().eachByteAlone(line);

    assertEquals(4 << 20, feed.seen.get(0).text().length());
  }

  /** Moving the line at each byte would take hours. */
  @Test
  void longCommentByteByByteWithinABlockTakesTimeInProportion() {
    byte[] comment = (":" + "x".repeat(4 << 20) + "\n").getBytes(UTF_8);

    Feed feed = new Feed().read("data: a\nfoo\n").eachByteAlone(comment).read("\n");

    assertEquals(2, feed.seen.size());
    assertEquals(SeenFrame.event("a"), feed.seen.get(1));
  }

  @Test
  void failureIsThrownAtTheLineThatIsTooLong() throws Exception {
    SseFramer small = new SseFramer(4, Feed.MAX_ID_BYTES, false, false);
    ReadBuffer in = buffer("data: a\n\ndata: 12345\n\n");

    assertEquals("a", small.next(in).text());
    assertThrows(TransportException.class, () -> small.next(in));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event: e\nid: 7\ndata: a\ndata: b",
        "event: e\nid: 7\ndata: a\ndata: b\n",
        "event: e\nid: 7\ndata: a\ndata: b\r",
        "event: e\nid: 7\ndata: a\ndata: b\n: comment",
        "event: e\nid: 7\ndata: a\ndata: b\nretry: 9",
        "data: a\ndata: b\nevent: e\nid: 7"
      })
  void endOfTheBodyEndsTheLastEventByOption(String body) throws Exception {
    SseFramer lenient = new SseFramer(Feed.MAX_EVENT_BYTES, Feed.MAX_ID_BYTES, true, false);
    ReadBuffer in = buffer("data: first\n\n: hi\n" + body);
    while (lenient.next(in) != null) {
      // Up to the last event.
    }

    Frame event = lenient.end(in);

    assertEquals(Kind.EVENT, event.kind());
    assertEquals("e", event.type());
    assertEquals("7", event.cursor());
    assertEquals("a\nb", event.text());
    assertEquals(4, event.streamLine());
    assertFalse(lenient.isInsideEvent());
  }

  @Test
  void endOfTheBodyAddsNothingToTheLastEventThatHasItsBlankLine() throws Exception {
    SseFramer lenient = new SseFramer(Feed.MAX_EVENT_BYTES, Feed.MAX_ID_BYTES, true, false);
    ReadBuffer in = buffer("data: a\n\n");
    lenient.next(in);

    assertNull(lenient.next(in));
    assertNull(lenient.end(in));
    assertFalse(lenient.isInsideEvent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: a", "data: a\n", "data", "event: e\n"})
  void endOfTheBodyInsideAnEventDropsItByDefault(String body) throws Exception {
    ReadBuffer in = buffer("data: first\n\n" + body);
    framer.next(in);

    assertNull(framer.next(in));
    assertNull(framer.end(in));
    assertTrue(framer.isInsideEvent());
  }

  private static ReadBuffer buffer(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return ReadBuffer.of(bytes, 0, bytes.length);
  }
}
