package dev.perennial.jackson3;

import dev.perennial.Decoder;
import dev.perennial.DecodingException;
import dev.perennial.Payload;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;

/**
 * Decodes JSON payloads with Jackson 3, straight from the read buffer. What it does is what {@code
 * dev.perennial.json.Json} does with Jackson 2; both may be used in one program.
 *
 * <pre>{@code
 * import dev.perennial.Decoder;
 * import dev.perennial.EventStream;
 * import dev.perennial.jackson3.Jackson3;
 * import dev.perennial.sse.Sse;
 *
 * class Prices {
 *   record Price(String symbol, double value) {}
 *
 *   EventStream<Price> prices() {
 *     Decoder<Price> decoder = Jackson3.decoder(Price.class);
 *     return Sse.builder("https://api.example.com/prices").stream(decoder);
 *   }
 * }
 * }</pre>
 *
 * <p>Jackson 3 needs Android 13 (API 33) or newer.
 *
 * @since 0.1.0
 */
public final class Jackson3 {
  private Jackson3() {}

  /**
   * Decodes each payload to a {@code type}. Properties that the type does not know are ignored;
   * anything after the JSON value is an error. A failure says which field, in Jackson's words, and
   * shows no values. A type that Jackson cannot make, such as an interface, ends the subscription
   * at the first event. An event without any data is {@linkplain Decoder#ignores ignored}: its
   * cursor counts, and it is not delivered.
   *
   * <p>Kotlin's data classes are decoded if {@code tools.jackson.module:jackson-module-kotlin} is
   * on the class path.
   */
  public static <T> Decoder<T> decoder(Class<T> type) {
    return decoder(SharedMapper.MAPPER, type);
  }

  /** As {@link #decoder(Class)}, for generic types. */
  public static <T> Decoder<T> decoder(TypeReference<T> type) {
    return decoder(SharedMapper.MAPPER, type);
  }

  /** Decodes with a caller's mapper, as it is configured. */
  public static <T> Decoder<T> decoder(ObjectMapper mapper, Class<T> type) {
    return decoder(mapper.readerFor(Objects.requireNonNull(type, "type")), type);
  }

  /** As {@link #decoder(ObjectMapper, Class)}, for generic types. */
  @SuppressWarnings("unchecked") // The reference says what the reader makes.
  public static <T> Decoder<T> decoder(ObjectMapper mapper, TypeReference<T> type) {
    Objects.requireNonNull(type, "type");
    return new Decoding<>(mapper.readerFor(type), value -> (T) value);
  }

  /**
   * Decodes with a caller's reader, as it is configured.
   *
   * @param reader makes a {@code type}
   */
  public static <T> Decoder<T> decoder(ObjectReader reader, Class<T> type) {
    Objects.requireNonNull(reader, "reader");
    Objects.requireNonNull(type, "type");
    return new Decoding<>(reader, type::cast);
  }

  private record Decoding<T>(ObjectReader reader, Function<Object, T> cast) implements Decoder<T> {

    @Override
    public T decode(Payload payload) throws IOException {
      Object value;
      try {
        value = reader.readValue(payload.array(), payload.offset(), payload.length());
      } catch (JacksonException e) {
        throw JacksonFailure.of(e);
      }
      if (value == null) {
        throw new DecodingException("Expected a JSON value but was null or nothing", null);
      }
      return cast.apply(value);
    }

    @Override
    public boolean ignores(Payload payload) {
      return payload.length() == 0;
    }
  }
}
