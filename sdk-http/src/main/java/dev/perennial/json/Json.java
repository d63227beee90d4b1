package dev.perennial.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.perennial.Decoder;
import dev.perennial.DecodingException;
import dev.perennial.Payload;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Decodes JSON payloads with Jackson and finds their fields, straight from the read buffer.
 *
 * @since 0.1.0
 */
public final class Json {
  private Json() {}

  /**
   * Decodes each payload to a {@code type}. Properties that the type does not know are ignored;
   * anything after the JSON value is an error. A failure says which field, in Jackson's words, and
   * shows no values. A type that Jackson cannot make, such as an interface, ends the subscription
   * at the first event. An event without any data is {@linkplain Decoder#ignores ignored}: its
   * cursor counts, and it is not delivered.
   *
   * <p>The types of {@code java.time}, {@code Optional} and Kotlin's data classes are decoded if
   * Jackson's module for them is on the class path: {@code jackson-datatype-jsr310}, {@code
   * jackson-datatype-jdk8}, {@code jackson-module-kotlin}.
   */
  public static <T> Decoder<T> decoder(Class<T> type) {
    return decoder(SharedMapper.MAPPER, type);
  }

  /** As {@link #decoder(Class)}, for generic types. */
  public static <T> Decoder<T> decoder(TypeReference<T> type) {
    return decoder(SharedMapper.MAPPER, type);
  }

  /**
   * Decodes with a caller's mapper, as it is configured: whether unknown properties are errors,
   * which modules it has, how names are written. What is after the JSON value is ignored unless the
   * mapper has {@code FAIL_ON_TRAILING_TOKENS}.
   */
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

  /**
   * Finds one field of each payload, such as {@code /id} or {@code /object/metadata/version}.
   *
   * @param pointer a JSON pointer (RFC 6901): each step after a {@code /}, with {@code ~1} for a
   *     slash and {@code ~0} for a tilde in a name, and the digits of an index, or {@code -} for
   *     the last element, for an array; empty for the whole value
   * @throws IllegalArgumentException when it is not one
   */
  public static JsonField field(String pointer) {
    return JsonField.of(pointer);
  }

  /**
   * Finds the payloads whose field has this text: for heartbeats, ends and the like.
   *
   * @param pointer as of {@link #field}
   * @param value a string's characters; anything else as it is written
   * @throws IllegalArgumentException when the pointer is not one
   */
  public static Predicate<Payload> fieldEquals(String pointer, String value) {
    JsonField field = field(pointer);
    Objects.requireNonNull(value, "value");
    return payload -> value.equals(field.apply(payload));
  }

  private record Decoding<T>(ObjectReader reader, Function<Object, T> cast) implements Decoder<T> {

    @Override
    public T decode(Payload payload) throws IOException {
      return cast.apply(read(reader, payload));
    }

    @Override
    public boolean ignores(Payload payload) {
      return payload.length() == 0;
    }
  }

  private static Object read(ObjectReader reader, Payload payload) throws IOException {
    Object value;
    try {
      value = reader.readValue(payload.array(), payload.offset(), payload.length());
    } catch (JsonProcessingException e) {
      throw JsonFailure.of(e);
    }
    if (value == null) {
      throw new DecodingException("Expected a JSON value but was null or nothing", null);
    }
    return value;
  }
}
