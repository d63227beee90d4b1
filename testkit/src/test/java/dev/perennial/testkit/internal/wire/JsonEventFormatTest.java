package dev.perennial.testkit.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.testkit.LoggedEvent;
import dev.perennial.testkit.internal.ByteBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEventsTest {

  private static final JsonEventFormat EVENTS = new JsonEventFormat(false);
  private static final JsonEventFormat NUMERIC = new JsonEventFormat(true);

  @Test
  void eventIsAnObjectWithItsThreeMembers() throws Exception {
    assertEquals(
        "{\"id\":\"7\",\"type\":\"price\",\"data\":\"12\"}", json(EVENTS, "7", "price", "12"));
  }

  @Test
  void whatTheEventDoesNotHaveIsLeftOut() throws Exception {
    assertEquals("{\"id\":\"7\",\"data\":\"12\"}", json(EVENTS, "7", null, "12"));
    assertEquals("{\"type\":\"\",\"data\":\"\"}", json(EVENTS, null, "", ""));
    assertEquals("{\"data\":\"12\"}", json(EVENTS, "", null, "12"));
    assertEquals("{\"data\":\"12\"}", json(NUMERIC, "", null, "12"));
  }

  @Test
  void stringsAreEscapedAndOtherwiseUtf8() throws Exception {
    assertEquals(
        "{\"id\":\"\\\"\\\\\\u0000\\u001F\\n\\r\\t\",\"data\":\"é☃😀\u2028/\"}",
        json(EVENTS, "\"\\\0\u001f\n\r\t", null, "é☃😀\u2028/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"é☃\":[1]}", "\"", "\\", "a\\\"b", "\0\1\u001f\u007f\u0080", "😀", " ", "\r\n"})
  void hostileStringsAreReadBackAsTheyWere(String hostile) throws Exception {
    JsonNode read = new ObjectMapper().readTree(json(EVENTS, hostile, hostile, hostile));

    assertEquals(hostile, read.get("id").textValue());
    assertEquals(hostile, read.get("type").textValue());
    assertEquals(hostile, read.get("data").textValue());
  }

  @Test
  void halfOfASurrogatePairBecomesAQuestionMark() throws Exception {
    assertEquals("{\"id\":\"a?\",\"data\":\"?\\\"\"}", json(EVENTS, "a\ud83d", null, "\ude00\""));
  }

  @Test
  void numericIdIsANumber() throws Exception {
    assertEquals("{\"id\":0,\"data\":\"\"}", json(NUMERIC, "0", null, ""));
    assertEquals(
        "{\"id\":123456789012345678901234567890,\"data\":\"\"}",
        json(NUMERIC, "123456789012345678901234567890", null, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "01", "1.5", "-1", "1 ", "1\n", "٣"})
  void numericIdThatIsNoDecimalNumberIsRefused(String id) {
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> json(NUMERIC, id, null, ""));

    assertEquals("Expected an id that is a number but was " + id, refused.getMessage());
  }

  private static String json(
      JsonEventFormat events, @Nullable String id, @Nullable String type, String data)
      throws IOException {
    ByteBuilder out = new ByteBuilder(0, 1);
    events.add(out, new LoggedEvent(1, id, type, data));
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    out.writeTo(written);
    return written.toString(UTF_8);
  }
}
