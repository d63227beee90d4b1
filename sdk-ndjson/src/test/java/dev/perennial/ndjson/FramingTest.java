package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Framings other than lines, and how a wrong one is noticed. */
final class FramingTest {

  // ---- Each framing, in any pieces ----

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of(
            Framing.concatenated(),
            "{\"id\":1}{\"id\":2}[\"}\"] \"a\\\"b\" 12 true\n{\n  \"id\":\n  3\n}\n\n{\"id\":4}",
            List.of(
                "1:0 {\"id\":1} @1",
                "1:8 {\"id\":2} @2",
                "1:16 [\"}\"]",
                "1:22 \"a\\\"b\"",
                "1:29 12",
                "1:32 true",
                "2:37 {\n  \"id\":\n  3\n} @3",
                "7:54 {\"id\":4} @4")),
        Arguments.of(
            Framing.concatenated(),
            "\ufeff\n{\"id\":1}\n{\"id\":2}",
            List.of("2:4 {\"id\":1} @1", "3:13 {\"id\":2} @2")),
        Arguments.of(
            Framing.array(),
            "[{\"id\":1},\n{\"id\":2}\n,\n[1],7,\"x]\"]\n",
            List.of(
                "1:1 {\"id\":1} @1", "2:11 {\"id\":2} @2", "4:22 [1]", "4:26 7", "4:28 \"x]\"")),
        Arguments.of(Framing.array(), " [ ] \n", List.of()),
        Arguments.of(
            Framing.jsonSequence(),
            "\u001e{\"id\":1}\n"
                + "\u001e{\n"
                + "\"id\":2}\n"
                + "\u001e{\"cut\n"
                + "\u001e[3] x\n"
                + "\u001e12\n"
                + "\u001e\"e\"",
            List.of(
                "1:1 {\"id\":1} @1",
                "2:11 {\n\"id\":2} @2",
                "4:22 {\"cut\n"
                    + " ! it is not JSON: expected no control character in a string at its byte 5",
                "5:29 [3]",
                "5:33 x\n ! there is more after its value",
                "6:36 12",
                "7:40 \"e\"")),
        Arguments.of(
            Framing.netstrings(),
            "8:{\"id\":1},\n 3:[2],",
            List.of("1:0 {\"id\":1} @1", "2:13 [2]")),
        Arguments.of(
            Framing.fourByteLengths(),
            "\0\0\0\b{\"id\":1}\0\0\0\0\0\0\0\3[2]",
            List.of("1:0 {\"id\":1} @1", "1:16 [2]")),
        Arguments.of(
            Framing.lengthPrefixed(),
            "8\n{\"id\":1}\r\n3\r\n[2]",
            List.of("1:0 {\"id\":1} @1", "3:12 [2]")));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void eventsAreTheSameInAnyPieces(Framing framing, String body, List<String> expected) {
    byte[] bytes = body.getBytes(UTF_8);

    assertEquals(expected, Feed.framed(framing).read(bytes).end().events());
    assertEquals(expected, Feed.framed(framing).eachByteAlone(bytes).end().events());
    for (int split = 0; split <= bytes.length; split++) {
      Feed feed =
          Feed.framed(framing).read(bytes, 0, split).read(bytes, split, bytes.length - split);
      assertEquals(expected, feed.end().events(), "split at " + split);
    }
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void eventComesWithItsLastByte(Framing framing, String body, List<String> expected) {
    int first = body.indexOf('}') + 1;
    if (first == 0) {
      return;
    }
    String beginning = body.substring(0, first) + (framing == Framing.netstrings() ? "," : "");

    assertEquals(
        expected.subList(0, 1), Feed.framed(framing).read(beginning).events(), framing::toString);
  }

  static Stream<Framing> framings() {
    return Stream.of(
        Framing.concatenated(),
        Framing.array(),
        Framing.jsonSequence(),
        Framing.netstrings(),
        Framing.fourByteLengths(),
        Framing.lengthPrefixed());
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void eventOverTheLimitIsALimit(Framing framing, String body, List<String> expected) {
    if (!expected.isEmpty()) {
      assertEquals(Reason.LIMIT, Feed.framed(framing, 6).read(body).failure.reason());
      assertEquals(
          Reason.LIMIT,
          Feed.framed(framing, 6).eachByteAlone(body.getBytes(UTF_8)).failure.reason());
    }
  }

  @ParameterizedTest
  @MethodSource("framings")
  void bodyThatEndsWithinAnEventIsAReset(Framing framing) {
    String body =
        switch (framing.toString()) {
          case "Framing.concatenated()" -> "{\"id\":";
          case "Framing.array()" -> "[{\"id\":";
          case "Framing.jsonSequence()" -> "\u001e{\"id\":";
          case "Framing.netstrings()" -> "8:{\"id\":";
          case "Framing.fourByteLengths()" -> "\0\0\0\b{\"id\":";
          default -> "8\n{\"id\":";
        };
    Feed feed = Feed.framed(framing).read(body);
    assertTrue(feed.framer.isInsideEvent());

    assertEquals(Reason.RESET, feed.end().failure.reason());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "[1", "[1,", "[{}", "[{},"})
  void arrayWithoutItsEndIsAReset(String body) {
    assertEquals(Reason.RESET, Feed.framed(Framing.array()).read(body).end().failure.reason());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1 2]", "[1],", "[,1]", "[1,]", "[1}", "[}", "[{]}]", "[1][2]"})
  void whatIsNoArrayIsMalformed(String body) {
    assertEquals(Reason.MALFORMED, Feed.framed(Framing.array()).read(body).failure.reason());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1,}", "{]", "}", "x", "1:2", "{} ,{}", "nul ", "{\"a\"}"})
  void whatIsNoValueEndsTheConnection(String body) {
    assertEquals(
        Reason.MALFORMED, Feed.framed(Framing.concatenated()).read("{}" + body).failure.reason());
  }

  @ParameterizedTest
  @ValueSource(strings = {"8:{\"id\":1}x", "8:{\"id\":1} ,", "x", ":", "1x:1,", "-1:"})
  void whatIsNoNetstringIsMalformed(String body) {
    assertEquals(
        Reason.MALFORMED, Feed.framed(Framing.netstrings()).read("1:7," + body).failure.reason());
  }

  @Test
  void blanksBetweenValuesAreHeartbeatsButNotTheLineEndAfterOne() {
    Feed feed = Feed.framed(Framing.concatenated()).read("{}\r\n");
    assertEquals(List.of("1:0 {}"), feed.outcome());

    feed.read(" ").read("\n");

    assertEquals(List.of("1:0 {}", "HEARTBEAT", "HEARTBEAT"), feed.outcome());
    assertFalse(feed.framer.isInsideEvent());
  }

  // ---- A wrong framing ----

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(Framing.lines(), "{\"id\":1}{\"id\":2}", "concatenated()"),
        Arguments.of(Framing.lines(), "{\"id\":1}{\"id\":2}\n", "concatenated()"),
        Arguments.of(Framing.lines(), "{\n  \"id\": 1\n}\n", "concatenated()"),
        Arguments.of(Framing.lines(), "[{\"id\":1},\n{\"id\":2}]\n", "array()"),
        Arguments.of(Framing.lines(), "[\n{\"id\":1}\n]\n", "array()"),
        Arguments.of(Framing.lines(), "[{\"id\":1}\n,{\"id\":2}\n]\n", "array()"),
        Arguments.of(Framing.lines(), "\u001e{\"id\":1}\n", "jsonSequence()"),
        Arguments.of(Framing.lines(), "8:{\"id\":1},8:{\"id\":2},", "netstrings()"),
        Arguments.of(Framing.lines(), "\0\0\0\b{\"id\":1}", "fourByteLengths()"),
        Arguments.of(Framing.lines(), "data: {\"id\":1}\n\n", "use Sse"),
        Arguments.of(Framing.lines(), "<!doctype html>", "HTML"),
        Arguments.of(Framing.lines(), "\u001f\u008b\b", "gzip"),
        Arguments.of(Framing.array(), "{\"id\":1}\n{\"id\":2}\n", "lines()"),
        Arguments.of(Framing.jsonSequence(), "{\"id\":1}\n{\"id\":2}\n", "lines()"),
        Arguments.of(Framing.jsonSequence(), "[{\"id\":1},\n", "array()"),
        Arguments.of(Framing.netstrings(), "8\n{\"id\":1}", "lengthPrefixed()"),
        Arguments.of(Framing.lengthPrefixed(), "{\"id\":1}\n", "lines()"),
        Arguments.of(Framing.lengthPrefixed(), "8:{\"id\":1},{\"id\":123456789}\n", "netstrings()"),
        Arguments.of(Framing.fourByteLengths(), "{\"id\":1}\n{\"id\":2}\n", "lines()"),
        Arguments.of(Framing.concatenated(), "\u001e{\"id\":1}\n", "jsonSequence()"),
        Arguments.of(Framing.concatenated(), "8:{\"id\":1},", "netstrings()"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongFramingIsNoticedAtTheFirstValueWithAHint(Framing framing, String body, String hint) {
    Feed feed = Feed.framed(framing).read(body.getBytes(ISO_8859_1));

    assertEquals(List.of(), feed.seen);
    assertNotNull(feed.failure, framing + " " + body);
    assertEquals(Reason.MALFORMED, feed.failure.reason());
    assertTrue(feed.failure.getMessage().contains(hint), feed.failure::getMessage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":2\n",
        "{\"id\":2}x\n",
        "{\"id\":2} {\"id\":3}\n",
        "[1,2\n",
        "nul\n",
        "12:\n x\n"
      })
  void badFirstLineThatMayBeALineIsOnlyMalformed(String line) {
    Feed feed = Feed.lines().read(line + "{\"id\":3}\n");

    if (!line.startsWith("12:")) {
      assertNull(feed.failure);
      assertNotNull(feed.seen.get(0).defect());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{\"id\":1},{\"id\":2}]", "8", "\"data:\"", "[]", "{}", "[[1],[2]]"})
  void firstLineThatIsOneValueIsALine(String line) {
    assertEquals(List.of("1:0 " + line), Feed.lines().read(line + "\n").outcome());
  }

  @Test
  void wholeFirstValueWaitsForItsLineEndOnly() {
    Feed feed = Feed.lines().read("{\"id\":1");
    assertNull(feed.framer.overdue());

    feed.read("}");
    assertNotNull(feed.framer.overdue());

    feed.read("\n{\"id\":2}");
    assertNull(feed.framer.overdue());
  }

  @Test
  void largeFirstLineIsScannedOnce() {
    byte[] some = "[".repeat(1_000).getBytes(UTF_8);
    Feed feed = Feed.lines();

    for (int i = 0; i < 8_000; i++) {
      feed.read(some);
    }

    assertNull(feed.failure);
  }
}
