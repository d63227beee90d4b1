package dev.perennial.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {
  private static final int TEXTS = 30_000;
  private static final List<String> POINTERS = List.of("", "/a", "/b/a", "/a/0", "/a/-", "/a/-/b");
  private static final JsonMapper JACKSON =
      JsonMapper.builder(
              JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static JsonScanner scanner(String pointer) {
    return Json.field(pointer).scanner(100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | it is blank instead of a JSON value",
        "` \t` | it is blank instead of a JSON value",
        "{} {} | there is more after its JSON value",
        "[1 2] | it is not JSON: expected , or ] at its byte 3",
        "{\"a\":1 | it is not JSON: expected , or } at its byte 6, where it ends",
        "{\"a\" 1} | it is not JSON: expected a : at its byte 5",
        "{a:1} | it is not JSON: expected a \" at its byte 1",
        "{\"a\":} | it is not JSON: expected a JSON value at its byte 5",
        "nul | it is not JSON: expected a JSON value at its byte 0",
        "-x | it is not JSON: expected a digit at its byte 1",
        "1.e5 | it is not JSON: expected a digit at its byte 2",
        "\"a | it is not JSON: expected the end of a string at its byte 2, where it ends",
        "\"\\x\" | it is not JSON: expected an escape at its byte 2",
        "\"\\u12g4\" | it is not JSON: expected an escape at its byte 2",
      })
  void messageSaysWhatWasExpectedAndWhere(String text, String message) {
    byte[] bytes = text.getBytes(UTF_8);

    IOException thrown =
        assertThrows(IOException.class, () -> scanner("/a").readWhole(bytes, 0, bytes.length));

    assertEquals(message, thrown.getMessage());
  }

  @Test
  void byteThatIsNotUtf8IsNamed() {
    byte[] bytes = {' ', '"', 'a', (byte) 0xc3, '"'};

    assertEquals(
        "byte 2 of it is not UTF-8",
        assertThrows(IOException.class, () -> JsonScanner.ofValues(100).readWhole(bytes, 1, 4))
            .getMessage());
  }

  @Test
  void levelsAreCountedAlongTheFieldAndBesideIt() throws IOException {
    String deepest = "[".repeat(99) + "]".repeat(99);
    for (String text : List.of("{\"a\":" + deepest + "}", "{\"b\":" + deepest + ",\"a\":1}")) {
      byte[] bytes = text.getBytes(UTF_8);
      byte[] deeper = text.replace(deepest, "[" + deepest + "]").getBytes(UTF_8);

      assertTrue(scanner("/a").readWhole(bytes, 0, bytes.length) != null);
      assertEquals(
          "it is not JSON: expected at most 100 levels at its byte 104",
          assertThrows(IOException.class, () -> scanner("/a").readWhole(deeper, 0, deeper.length))
              .getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1,]", "[{\"b\":2},{\"a\":"})
  void whatFollowsTheFieldIsReadOnlyByWhoWantsTheWhole(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    JsonField field = Json.field(text.startsWith("[") ? "/0/b" : "/a");

    assertFalse(field.scanner(100).readUpTo(bytes, 0, bytes.length).isEmpty());
    assertThrows(IOException.class, () -> field.scanner(100).readWhole(bytes, 0, bytes.length));
  }

  @Test
  void byteOrderMarkBeforeAFieldIsPassedOver() {
    byte[] bytes = "\ufeff{\"a\":1}".getBytes(UTF_8);

    assertEquals("1", scanner("/a").readUpTo(bytes, 0, bytes.length));
    assertNull(scanner("/a").readUpTo(bytes, 1, bytes.length - 1));
  }

  /** Texts that are nearly JSON, within other bytes. Jackson says what they are. */
  @Test
  void agreesWithJackson() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int valid = 0;
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder();
      value(random, text, 0);
      byte[] json = text.toString().getBytes(UTF_8);
      boolean isDamaged = random.nextBoolean();
      json = isDamaged ? damaged(random, json) : json;
      byte[] padded = new byte[json.length + 10];
      Arrays.fill(padded, (byte) '"');
      System.arraycopy(json, 0, padded, 5, json.length);
      String pointer = POINTERS.get(random.nextInt(POINTERS.size()));
      String about = "seed " + seed + ", " + pointer + " of " + new String(json, UTF_8);
      JsonNode expected = jackson(json);
      valid += expected == null ? 0 : 1;
      assertEquals(expected != null, isWhole(padded, json.length), about);
      if (expected != null && !isDamaged) { // Damage may give an object a name twice.
        String found = scanner(pointer).readWhole(padded, 5, json.length);
        assertEquals(text(expected, pointer), normal(found, expected, pointer), about);
        assertEquals(found, scanner(pointer).readUpTo(padded, 5, json.length), about);
      }
    }
    assertTrue(valid > TEXTS / 3, "Expected many valid texts but " + valid + " were");
  }

  private boolean isWhole(byte[] padded, int length) {
    try {
      @Nullable String unused = JsonScanner.ofValues(100).readWhole(padded, 5, length);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Null if the text is not JSON in UTF-8, which Jackson does not check in all places. */
  private static @Nullable JsonNode jackson(byte[] json) {
    if (!Arrays.equals(json, new String(json, UTF_8).getBytes(UTF_8))) {
      return null;
    }
    try {
      JsonNode node = JACKSON.readTree(json);
      return node.isMissingNode() ? null : node;
    } catch (IOException e) {
      return null;
    }
  }

  private static @Nullable String text(JsonNode root, String pointer) {
    JsonNode node = at(root, pointer);
    return node.isMissingNode() || node.isNull()
        ? null
        : node.isValueNode() ? node.asText() : node.toString();
  }

  /** Objects and numbers are found as they are written; Jackson writes them anew. */
  private static @Nullable String normal(@Nullable String found, JsonNode root, String pointer)
      throws IOException {
    JsonNode node = at(root, pointer);
    boolean isWritten = found != null && (node.isContainerNode() || node.isNumber());
    return isWritten ? text(JACKSON.readTree(found), "") : found;
  }

  private static JsonNode at(JsonNode root, String pointer) {
    JsonNode node = root;
    for (String step :
        pointer.isEmpty() ? List.<String>of() : List.of(pointer.substring(1).split("/"))) {
      node =
          node.isArray()
              ? node.path(step.equals("-") ? node.size() - 1 : step.equals("0") ? 0 : -1)
              : node.path(step);
    }
    return node;
  }

  /** Writes a value. No object has a name twice, since there the first counts for us. */
  private static void value(Random random, StringBuilder text, int depth) {
    blanks(random, text);
    switch (random.nextInt(depth > 4 ? 5 : 8)) {
      case 0 -> text.append(random.nextInt(100) - 50);
      case 1 -> text.append(random.nextInt(9)).append(".5e").append(random.nextInt(9));
      case 2 -> text.append(List.of("true", "false", "null").get(random.nextInt(3)));
      case 3, 4 -> string(random, text);
      case 5 -> {
        text.append('[');
        for (int i = random.nextInt(4); i > 0; i--) {
          value(random, text, depth + 1);
          text.append(i > 1 ? "," : "");
        }
        text.append(']');
      }
      default -> object(random, text, depth);
    }
    blanks(random, text);
  }

  private static void object(Random random, StringBuilder text, int depth) {
    text.append('{');
    String separator = "";
    for (String name : List.of("\"long name without any escape\"", "\"a\"", "\"\\u0062\"")) {
      if (random.nextBoolean()) {
        text.append(separator).append(name);
        blanks(random, text);
        text.append(':');
        value(random, text, depth + 1);
        separator = ",";
      }
    }
    text.append('}');
  }

  private static void string(Random random, StringBuilder text) {
    text.append('"');
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append(
          List.of(
                  "x",
                  "longer than a word",
                  "\\n",
                  "\\u00e4",
                  "é",
                  "\\\"",
                  "😀",
                  " ",
                  "~",
                  "\u007f")
              .get(random.nextInt(10)));
    }
    text.append('"');
  }

  private static void blanks(Random random, StringBuilder text) {
    if (random.nextInt(4) == 0) {
      text.append(" \t\n\r", 0, 1 + random.nextInt(4));
    }
  }

  private static byte[] damaged(Random random, byte[] json) {
    byte[] damaged = Arrays.copyOf(json, json.length);
    int at = random.nextInt(json.length);
    switch (random.nextInt(4)) {
      case 0 -> damaged[at] = (byte) random.nextInt();
      case 1 -> damaged[at] = (byte) "{}[]\",:\\0-.e".charAt(random.nextInt(12));
      case 2 ->
          System.arraycopy(
              json,
              at,
              damaged,
              Math.min(at + 1, json.length - 1),
              json.length - Math.min(at + 1, json.length - 1));
      default -> {
        return Arrays.copyOf(json, at);
      }
    }
    return damaged;
  }
}
