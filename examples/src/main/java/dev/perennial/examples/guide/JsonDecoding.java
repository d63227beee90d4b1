package dev.perennial.examples.guide;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.perennial.Decoder;
import dev.perennial.DecodingException;
import dev.perennial.EventStream;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.json.Json;
import dev.perennial.sse.Sse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Data that are decoded from JSON. */
final class JsonDecoding {
  private JsonDecoding() {}

  // region record
  /** {"symbol":"ACME","last_value":12.5} */
  record Price(String symbol, @JsonProperty("last_value") double value) {}

  static EventStream<Price> prices(String url) {
    return Sse.stream(url, Price.class);
  }

  // endregion

  // region time
  /** {"symbol":"ACME","at":"2026-01-31T12:00:00Z"} */
  record Trade(String symbol, Instant at) {}

  static EventStream<Trade> trades(String url) {
    return Sse.stream(url, Trade.class);
  }

  // endregion

  // region generic
  /** {"next":"42","items":[{"symbol":"ACME","last_value":12.5}]} */
  record Page<T>(String next, List<T> items) {}

  static EventStream<Page<Price>> pages(String url) {
    return Sse.builder(url).stream(Json.decoder(new TypeReference<Page<Price>>() {}));
  }

  // endregion

  // region property
  /** {"type":"moved","x":1,"y":2} */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", defaultImpl = Other.class)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Moved.class, name = "moved"),
    @JsonSubTypes.Type(value = Left.class, name = "left")
  })
  sealed interface Happening permits Moved, Left, Other {}

  record Moved(int x, int y) implements Happening {}

  record Left(String reason) implements Happening {}

  /** A type that the server added later. */
  record Other() implements Happening {}

  static EventStream<Happening> happenings(String url) {
    return Sse.stream(url, Happening.class);
  }

  // endregion

  // region event
  /** event: joined, or event: message */
  sealed interface Chat permits Joined, Message {}

  record Joined(String name) implements Chat {}

  record Message(String from, String text) implements Chat {}

  static EventStream<Chat> byEventType(String url) {
    Decoder<Chat> decoder =
        Decoder.byType(
            Map.of("joined", Json.decoder(Joined.class), "message", Json.decoder(Message.class)),
            Decoder.ignoring()); // events of all other types
    return Sse.builder(url).stream(decoder);
  }

  // endregion

  // region mapper
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static EventStream<Trade> strictTrades(String url) {
    return Sse.builder(url).stream(Json.decoder(MAPPER, Trade.class));
  }

  static EventStream<List<Trade>> strictBatches(String url) {
    return Sse.builder(url).stream(Json.decoder(MAPPER, new TypeReference<List<Trade>>() {}));
  }

  // endregion

  // region skip
  static EventStream<Price> whatCanBeRead(ExchangeBuilder<?> source) {
    return source.stream(Price.class).withMalformedSkipped();
  }

  // endregion

  /** Any other library. */
  interface OtherLibrary {
    @Nullable Price parse(String json);
  }

  // region other
  static Decoder<Price> with(OtherLibrary library) {
    return payload -> {
      Price price = library.parse(payload.text());
      if (price == null) {
        throw new DecodingException("Expected a price", null);
      }
      return price;
    };
  }
  // endregion
}
