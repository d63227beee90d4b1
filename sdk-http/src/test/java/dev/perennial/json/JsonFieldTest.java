package dev.perennial.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Payload;
import dev.perennial.spi.Frame;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldTest {
  private static final String EVENT =
      "{\"skipped\":{\"id\":\"wrong\",\"deep\":[[{\"id\":1}]]},\"id\":\"7-α\",\"empty\":\"\","
          + "\"a/b\":{\"m~n\":\"escaped\"},\"\":\"no name\",\"list\":[0,{\"x\":\"in\"},[2,3]],"
          + "\"yes\":true,\"none\":null,\"0\":\"zero\",\"tab\":\"\\t\\u00e4\",\"id\":\"second\"}";

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "/id, 7-α",
        "/a~1b/m~0n, escaped",
        "/, no name",
        "/list/0, 0",
        "/list/1/x, in",
        "/list/2/1, 3",
        "/yes, true",
        "/0, zero",
        "/tab, `\tä`",
        "/skipped/deep/0/0/id, 1"
      })
  void theTextOfTheFieldIsFound(String pointer, String expected) {
    assertEquals(expected, found(pointer, EVENT));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "/skipped/deep, `[[{\"id\":1}]]`",
        "/list, `[0,{\"x\":\"in\"},[2,3]]`",
        "/list/1, `{\"x\":\"in\"}`",
        "/list/-, `[2,3]`",
        "/list/-/-, 3",
        "/list/-/0, 2",
        "/skipped/deep/-/-/id, 1"
      })
  void anArrayOrObjectIsAsItIsWritten(String pointer, String expected) {
    assertEquals(expected, found(pointer, EVENT));
  }

  @Test
  void theWholeValueIsFoundByTheEmptyPointer() {
    assertEquals("{\"a\": [1 , 2]}", found("", " {\"a\": [1 , 2]} "));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      delimiter = '|',
      value = {
        "{`events`:[{`id`:1,`x`:[{}]},{`x`:[[]],`id`:2}]}|2",
        "{`events`:[{`id`:1},{`x`:1}]}|",
        "{`events`:[]}|",
        "{`events`:[{`id`:1},[2]]}|",
        "{`events`:[{`id`:1},3]}|",
        "{`events`:{`-`:{`id`:`name`}}}|name"
      })
  void theLastElementCountsAndNoOther(String json, @Nullable String expected) {
    assertEquals(expected, found("/events/-/id", json.replace('`', '"')));
  }

  @Test
  void anArrayIsWhereItIsInALargerArray() {
    byte[] array = "{\"id\":[1]}{\"id\":[\"ä\",23]}{}".getBytes(UTF_8);

    assertEquals("[\"ä\",23]", Json.field("/id").apply(new View(array, 10, 16)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"id\":[1", "{\"id\":[{\"a\":[", "{\"id\":[1,2}"})
  void anArrayThatIsCutIsNull(String json) {
    assertNull(found("/id", json));
    assertNull(found("/id/-", json));
  }

  @Test
  void anEmptyStringIsFound() {
    assertEquals("", found("/empty", EVENT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/absent",
        "/none",
        "/id/x",
        "/list/3",
        "/list/01",
        "/list/-1",
        "/list/x",
        "/list/2147483648",
        "/list/99999999999999999999",
        "/a/b",
        "/ID"
      })
  void whatIsNotThereIsNull(String pointer) {
    assertNull(found(pointer, EVENT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "12",
        "1.0",
        "1.50",
        "1E+2",
        "1e-7",
        "9007199254740993",
        "123456789012345678901234567890.123456789012345678901234567890"
      })
  void aNumberIsAsItIsWritten(String number) {
    assertEquals(number, found("/seq", "{\"seq\":" + number + "}"));
    assertEquals(number, found("/seq", "{ \"seq\" : " + number + " , \"x\" : 1 }"));
    assertEquals(number, found("", number));
  }

  @Test
  void aNumberOrStringMayBeAsLongAsItsEvent() {
    String digits = "7".repeat(5_000);
    String letters = "x".repeat(100_000);

    assertEquals(digits, found("/n", "{\"" + letters + "\":1,\"n\":" + digits + "}"));
    assertEquals(letters, found("/s", "{\"s\":\"" + letters + "\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[DONE]",
        "{",
        "{\"a\":1,",
        "{\"a\" 1,\"id\":2}",
        "{\"id\":",
        "{\"id\":\"x",
        "{\"id\":tru",
        "{id:1}",
        "ping"
      })
  void whatIsNoJsonUpToTheFieldIsNull(String text) {
    assertNull(found("/id", text));
  }

  @Test
  void whatIsMalformedBehindTheFieldIsNotSeen() {
    assertEquals("1", found("/id", "{\"id\":\"1\",\"a\" oops"));
  }

  @Test
  void invalidUtf8BeforeTheFieldIsNull() {
    byte[] bytes = "{\"a\":\"?\",\"id\":1}".getBytes(UTF_8);
    bytes[6] = (byte) 0xff;

    assertNull(Json.field("/a").apply(Frame.event(null, "message", bytes)));
  }

  @Test
  void veryDeepJsonIsNoStackOverflow() {
    assertNull(found("/id", "{\"a\":" + "[".repeat(100_000)));
  }

  @Test
  void onlyThePayloadIsRead() {
    byte[] array = "{\"id\":1}{\"id\":23}{\"id\":4}".getBytes(UTF_8);

    assertEquals("23", Json.field("/id").apply(new View(array, 8, 9)));
  }

  @ParameterizedTest
  @CsvSource({
    "id, be empty or start with /",
    "#/id, be empty or start with /",
    "/a~, have 0 or 1 after each ~",
    "/a~2, have 0 or 1 after each ~",
    "/~0~/x, have 0 or 1 after each ~"
  })
  void aBadPointerIsRefusedInWords(String pointer, String rule) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Json.field(pointer)).getMessage();

    assertEquals("pointer must " + rule + " (RFC 6901) but was \"" + pointer + "\"", message);
  }

  @Test
  void aFieldKnowsItsPointer() {
    assertEquals("/a~1b", Json.field("/a~1b").pointer());
    assertEquals("field(\"/id\")", Json.field("/id").toString());
  }

  @Test
  void fieldEqualsComparesTheText() {
    Predicate<Payload> isHeartbeat = Json.fieldEquals("/type", "heartbeat");

    assertTrue(isHeartbeat.test(payload("{\"type\":\"heartbeat\"}")));
    assertFalse(isHeartbeat.test(payload("{\"type\":\"trade\"}")));
    assertFalse(isHeartbeat.test(payload("{}")));
    assertFalse(isHeartbeat.test(payload("heartbeat")));
    assertTrue(Json.fieldEquals("/final", "true").test(payload("{\"final\":true}")));
  }

  private static @Nullable String found(String pointer, String text) {
    return Json.field(pointer).apply(payload(text));
  }

  private static Payload payload(String text) {
    return Frame.event(null, "message", text.getBytes(UTF_8));
  }

  /** A part of a larger array. */
  private record View(byte[] array, int offset, int length) implements Payload {
    @Override
    public @Nullable String id() {
      return null;
    }

    @Override
    public String type() {
      return "message";
    }

    @Override
    public boolean isBinary() {
      return false;
    }

    @Override
    public String text() {
      return new String(array, offset, length, UTF_8);
    }
  }
}
