package dev.perennial.jackson3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.perennial.Decoder;
import dev.perennial.DecodingException;
import dev.perennial.spi.Frame;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class Jackson3Test {
  record Price(String symbol, double value) {}

  record Envelope<T>(String id, List<T> items) {}

  record Timed(Instant at, Optional<String> note) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "circle"),
    @JsonSubTypes.Type(value = Square.class, name = "square")
  })
  sealed interface Shape permits Circle, Square {}

  record Circle(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  record Snake(String lastName) {}

  @Test
  void recordIsMadeAndUnknownPropertiesAreIgnored() throws IOException {
    assertEquals(
        new Price("ACME", 1.5),
        decoded(Jackson3.decoder(Price.class), "{\"symbol\":\"ACME\",\"value\":1.5,\"new\":[1]}"));
  }

  @Test
  void genericTypeIsMade() throws IOException {
    assertEquals(
        new Envelope<>("1", List.of(new Price("ACME", 1.5))),
        decoded(
            Jackson3.decoder(new TypeReference<Envelope<Price>>() {}),
            "{\"id\":\"1\",\"items\":[{\"symbol\":\"ACME\",\"value\":1.5}]}"));
  }

  @Test
  void timesAndOptionalsAreMade() throws IOException {
    assertEquals(
        new Timed(Instant.parse("2026-01-01T00:00:00Z"), Optional.of("a")),
        decoded(Jackson3.decoder(Timed.class), "{\"at\":\"2026-01-01T00:00:00Z\",\"note\":\"a\"}"));
  }

  @Test
  void typeIsChosenByAProperty() throws IOException {
    assertEquals(
        new Square(2), decoded(Jackson3.decoder(Shape.class), "{\"kind\":\"square\",\"side\":2}"));
  }

  @Test
  void mapperOfTheCallerIsUsedAsItIsConfigured() throws IOException {
    ObjectMapper mapper =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    assertEquals(
        new Snake("x"), decoded(Jackson3.decoder(mapper, Snake.class), "{\"last_name\":\"x\"}"));
    assertEquals(
        Map.of("a", new Snake("x")),
        decoded(
            Jackson3.decoder(mapper, new TypeReference<Map<String, Snake>>() {}),
            "{\"a\":{\"last_name\":\"x\"}}"));
    assertEquals(
        new Snake("x"),
        decoded(
            Jackson3.decoder(mapper.readerFor(Snake.class), Snake.class), "{\"last_name\":\"x\"}"));
    DecodingException refused =
        assertThrows(
            DecodingException.class,
            () -> decoded(Jackson3.decoder(mapper, Snake.class), "{\"other\":1}"));
    assertTrue(String.valueOf(refused.getMessage()).startsWith("/other: "), refused.getMessage());
  }

  @Test
  void nothingIsIgnoredAndNullIsRefused() {
    Decoder<Price> decoder = Jackson3.decoder(Price.class);

    assertTrue(decoder.ignores(frame("")));
    assertEquals(
        "Expected a JSON value but was null or nothing",
        assertThrows(DecodingException.class, () -> decoded(decoder, "null")).getMessage());
  }

  private static <T> T decoded(Decoder<T> decoder, String json) throws IOException {
    return decoder.decode(frame(json));
  }

  private static Frame frame(String json) {
    return Frame.event(null, "message", json.getBytes(UTF_8));
  }
}
