package dev.perennial.jackson3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.perennial.DecodingException;
import dev.perennial.spi.Frame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JacksonFailureTest {
  record Tick(int price, List<Tick> parts) {
    Tick {
      if (price < 0) {
        throw new IllegalArgumentException("CANARY " + price);
      }
    }
  }

  interface Shape {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
  interface Known {}

  record Circle(int radius) implements Known {}

  @Test
  void aValueOfAnotherTypeIsNamedByItsPath() {
    assertEquals(
        "/parts/1/price: Cannot deserialize value of type `int` from String …: not a valid `int`"
            + " value, at line 1, column 42 of the data",
        refusal(Tick.class, "{\"price\":1,\"parts\":[{\"price\":2},{\"price\":\"CANARY\"}]}"));
  }

  @Test
  void whatIsNotJson() {
    assertEquals(
        "Unexpected character ('}' (code 125)): was expecting double-quote to start property name,"
            + " at line 1, column 12 of the data",
        refusal(Tick.class, "{\"price\":1,}"));
    assertEquals(
        "Unrecognized token …: was expecting (JSON String, Number, Array, Object or token 'null',"
            + " 'true' or 'false'), at line 1, column 1 of the data",
        refusal(Tick.class, "CANARY"));
    assertEquals(
        "Unexpected end-of-input: expected close marker for Object (start marker at …), at"
            + " line 1, column 11 of the data",
        refusal(Map.class, "{\"price\":1"));
  }

  @Test
  void whatTheTypesOwnCodeThrows() {
    assertEquals(
        "the type's own code threw IllegalArgumentException, at line 1, column 12 of the data",
        refusal(Tick.class, "{\"price\":-1}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"price\":\"CANARY\"}",
        "{\"price\":\"a\\\"CANARY\\\"b\"}",
        "{\"price\":\"a'CANARY'b\"}",
        "{\"parts\":\"it's 'CANARY' or \\\"CANARY\\\"\"}",
        "{\"parts\":[\"it's CANARY\"]}",
        "{\"price\":CANARY}",
        "{\"price\":11111111111111111111}",
        "\"CANARY\"",
        "\"it's CANARY\"",
        "CANARY",
        "{\"price\":1} CANARY",
      })
  void noValueIsShown(String json) {
    String shown = refusal(Tick.class, json);

    assertFalse(shown.contains("CANARY") || shown.contains("1111"), shown);
  }

  @Test
  void aTypeIdIsAValue() {
    String shown = refusal(Known.class, "{\"kind\":\"CANARY\"}");

    assertFalse(shown.contains("CANARY"), shown);
    assertTrue(shown.contains("known type ids = [circle]"), shown);
  }

  @Test
  void aTypeThatCannotBeMadeIsTheDecodersFault() {
    assertPermanent(Shape.class, "abstract types either need to be mapped to concrete types");
  }

  private static void assertPermanent(Class<?> type, String words) {
    DecodingException e = failure(type, "{\"at\":\"2026-01-01T00:00:00Z\",\"price\":1}");

    assertTrue(e.isPermanent(), e.getMessage());
    assertTrue(String.valueOf(e.getMessage()).contains(words), e.getMessage());
  }

  private static String refusal(Class<?> type, String json) {
    DecodingException e = failure(type, json);
    assertFalse(e.isPermanent());
    return String.valueOf(e.getMessage());
  }

  private static DecodingException failure(Class<?> type, String json) {
    Frame frame = Frame.event(null, "message", json.getBytes(StandardCharsets.UTF_8));
    return assertThrows(DecodingException.class, () -> Jackson3.decoder(type).decode(frame));
  }
}
