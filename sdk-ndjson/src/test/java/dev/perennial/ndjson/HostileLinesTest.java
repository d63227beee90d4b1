package dev.perennial.ndjson;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.http.ReadBuffer;
import dev.perennial.http.Utf8Validator;
import dev.perennial.json.Json;
import dev.perennial.spi.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each hostile line is delivered as it is or reported, and the good lines around it come. */
final class HostileLinesTest {
  private static final String RESOURCE = "hostile-lines.txt";
  private static final byte[] BEFORE = "{\"id\":\"before\"}".getBytes(US_ASCII);
  private static final byte[] AFTER = "{\"id\":\"after\"}".getBytes(US_ASCII);

  /** Cursor fields that take validation and the search for the cursor along different paths. */
  private static final List<JsonFrames> EVENTS =
      List.of(
          new JsonFrames(Json.field("/id"), 4096),
          new JsonFrames(Json.field(""), 4096),
          new JsonFrames(Json.field("/a/0/b"), 4096),
          new JsonFrames(null, 4096));

  private record Line(boolean isDelivered, byte[] bytes) {}

  @Test
  void everyListedLineIsJudgedAsItIsListed() throws IOException {
    List<Line> lines = listed();

    assertTrue(lines.size() > 500, () -> lines.size() + " lines");
    for (Line line : lines) {
      for (JsonFrames events : EVENTS) {
        assertJudged(line.isDelivered(), line.bytes(), events);
      }
    }
  }

  @Test
  void everyListedLineIsJudgedAsTheReferenceDoes() throws IOException {
    for (Line line : listed()) {
      assertEquals(line.isDelivered(), isOneValue(line.bytes()), () -> shown(line.bytes()));
    }
  }

  static Stream<Map.Entry<String, Boolean>> largeLines() {
    String million = "9".repeat(1_000_000);
    return Stream.of(
        Map.entry("[".repeat(100) + "]".repeat(100), true),
        Map.entry("[".repeat(101) + "]".repeat(101), false),
        Map.entry("{\"a\":".repeat(100) + "1" + "}".repeat(100), true),
        Map.entry("{\"a\":".repeat(101) + "1" + "}".repeat(101), false),
        Map.entry("[{\"a\":".repeat(51) + "1" + "}]".repeat(51), false),
        Map.entry("{\"id\":\"1\",\"b\":" + "[".repeat(99) + "]".repeat(99) + "}", true),
        Map.entry("{\"id\":\"1\",\"b\":" + "[".repeat(100) + "]".repeat(100) + "}", false),
        Map.entry("[".repeat(100_000) + "]".repeat(100_000), false),
        Map.entry("{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000), false),
        Map.entry("[".repeat(100_000), false),
        Map.entry("]".repeat(100_000), false),
        Map.entry("[],".repeat(100_000), false),
        Map.entry("[" + "[],".repeat(100_000) + "[]]", true),
        Map.entry(million, true),
        Map.entry("-" + million + "." + million + "e" + million, true),
        Map.entry("{\"b\":" + million + "}", true),
        Map.entry(million + "x", false),
        Map.entry("0" + million, false),
        Map.entry("\"" + "x".repeat(1_000_000) + "\"", true),
        Map.entry("\"" + "\\ud83d".repeat(100_000) + "\"", true),
        Map.entry("\"" + "x".repeat(1_000_000), false),
        Map.entry("{\"" + "n".repeat(1_000_000) + "\":1}", true),
        Map.entry("{\"" + "é".repeat(500_000) + "\":\"" + "😀".repeat(250_000) + "\"}", true),
        Map.entry(" ".repeat(1_000_000) + "1" + " ".repeat(1_000_000), true));
  }

  @ParameterizedTest
  @MethodSource("largeLines")
  void largeLinesAreJudgedInOnePass(Map.Entry<String, Boolean> line) throws IOException {
    byte[] bytes = line.getKey().getBytes(UTF_8);

    assertJudged(line.getValue(), bytes, new JsonFrames(Json.field("/id"), 4096));
    assertJudged(line.getValue(), bytes, new JsonFrames(null, 4096));
  }

  @Test
  void namesThatAreAllDifferentArePassedOver() throws IOException {
    StringBuilder object = new StringBuilder("{\"n\":0");
    for (int i = 0; i < 50_000; i++) {
      object.append(",\"n").append(i).append("\":0");
    }

    assertJudged(true, object.append('}').toString().getBytes(UTF_8), EVENTS.get(0));
  }

  @Property(tries = 20_000)
  void anyTokensAreJudgedAsTheReferenceDoes(@ForAll("tokens") List<String> tokens)
      throws IOException {
    String line = String.join("", tokens);
    byte[] bytes = line.getBytes(UTF_8);
    Assume.that(!Lines.isBlank(bytes, 0, bytes.length) && !line.endsWith("\r"));

    for (JsonFrames events : EVENTS) {
      assertJudged(ReferenceJson.isOneValue(line), bytes, events);
    }
  }

  @Provide
  Arbitrary<List<String>> tokens() {
    Arbitrary<String> structure = Arbitraries.of("[", "]", "{", "}", ",", ":", "[]", "{}", "\"");
    Arbitrary<String> values =
        Arbitraries.of("1", "-", "0", ".5", "e3", "null", "true", "\"a\"", "\"id\"", "\"é\"");
    Arbitrary<String> members = Arbitraries.of("\"a\":1", "\"id\":\"7\",", "{\"id\":", "[1,", "1]");
    Arbitrary<String> others =
        Arbitraries.of(" ", "\t", "\r", "\\", "\\u00e9", "\\ud800", "é", "😀", "\u0000", "\u001f");
    return Arbitraries.frequencyOf(
            Tuple.of(6, structure), Tuple.of(5, values), Tuple.of(4, members), Tuple.of(1, others))
        .list()
        .ofMaxSize(12);
  }

  @Property(tries = 5_000)
  void anyBytesAreDeliveredOrReported(@ForAll("bytes") byte[] bytes) throws IOException {
    assertJudged(isOneValue(bytes), bytes, EVENTS.get(0));
  }

  @Provide
  Arbitrary<byte[]> bytes() {
    Arbitrary<Byte> json =
        Arbitraries.of("[]{}:,\"\\0123e.-tu ".chars().boxed().toList()).map(Integer::byteValue);
    return Arbitraries.oneOf(json, json, json, Arbitraries.bytes())
        .filter(b -> b != '\n')
        .array(byte[].class)
        .ofMaxSize(16)
        .filter(line -> !Lines.isBlank(line, 0, line.length))
        .filter(line -> line[line.length - 1] != '\r');
  }

  private static boolean isOneValue(byte[] line) {
    return new Utf8Validator().firstMalformed(line, 0, line.length) == line.length
        && ReferenceJson.isOneValue(new String(line, UTF_8));
  }

  private static void assertJudged(boolean isDelivered, byte[] line, JsonFrames events)
      throws IOException {
    LineFramer framer = new LineFramer(Feed.MAX_EVENT_BYTES, false, events);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (byte[] each : List.of(BEFORE, line, AFTER)) {
      stream.writeBytes(each);
      stream.write('\n');
    }
    ReadBuffer in = ReadBuffer.of(stream.toByteArray(), 0, stream.size());

    assertSound(BEFORE, framer.next(in));
    Frame frame = framer.next(in);
    if (isDelivered) {
      assertSound(withoutLeadingBlanks(line), frame);
    } else {
      assertNotNull(frame.defect(), () -> shown(line));
      assertNull(frame.cursor());
      assertNull(frame.id());
      assertEquals(2, frame.streamLine());
      assertEquals(BEFORE.length + 1, frame.streamOffset());
    }
    assertSound(AFTER, framer.next(in));
    assertNull(framer.next(in));
  }

  private static byte[] withoutLeadingBlanks(byte[] line) {
    int from = 0;
    while (" \t\r".indexOf(line[from]) >= 0) {
      from++;
    }
    return Arrays.copyOfRange(line, from, line.length);
  }

  private static void assertSound(byte[] expected, Frame frame) {
    assertNull(frame.defect(), () -> shown(expected));
    assertArrayEquals(
        expected,
        Arrays.copyOfRange(frame.array(), frame.offset(), frame.offset() + frame.length()),
        () -> shown(expected));
  }

  private static List<Line> listed() throws IOException {
    List<Line> lines = new ArrayList<>();
    try (InputStream in = HostileLinesTest.class.getResourceAsStream(RESOURCE)) {
      for (String line : new String(in.readAllBytes(), US_ASCII).split("\n")) {
        if (line.startsWith("+ ") || line.startsWith("- ")) {
          lines.add(new Line(line.startsWith("+"), bytesOf(line.substring(2))));
        }
      }
    }
    return lines;
  }

  private static byte[] bytesOf(String written) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < written.length(); i++) {
      if (written.charAt(i) == '<') {
        bytes.write(Integer.parseInt(written.substring(i + 1, i + 3), 16));
        i += 3;
      } else {
        bytes.write(written.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  private static String shown(byte[] line) {
    String text = new String(line, ISO_8859_1);
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
