package dev.perennial;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Makes the data of an event from its payload, once, straight from the read buffer. Called by the
 * subscription's thread; one decoder may serve many subscriptions at once.
 *
 * @param <T> what it makes
 * @since 0.1.0
 */
@FunctionalInterface
public interface Decoder<T> {

  /**
   * Decodes one payload, which is valid only during this call.
   *
   * @return the data; never null
   * @throws IOException when the payload is malformed; a {@link DecodingException} has words that
   *     may be shown
   */
  T decode(Payload payload) throws IOException;

  /**
   * Whether this payload is no event for the consumer: it is not decoded and not delivered, but its
   * cursor moves the position. Asked before {@link #decode}. By default false.
   */
  default boolean ignores(Payload payload) {
    return false;
  }

  /** The payload as a string. */
  static Decoder<String> text() {
    return Payload::text;
  }

  /** The payload's bytes, copied. */
  static Decoder<byte[]> bytes() {
    return payload ->
        Arrays.copyOfRange(payload.array(), payload.offset(), payload.offset() + payload.length());
  }

  /**
   * Chooses the decoder by the event's type. An event of a type that is not named here is
   * malformed.
   */
  static <T> Decoder<T> byType(Map<String, ? extends Decoder<? extends T>> decoders) {
    Map<String, Decoder<? extends T>> copy = Map.copyOf(decoders);
    return byType(
        copy,
        payload -> {
          throw new DecodingException(
              "Expected an event of type " + new TreeSet<>(copy.keySet()), null);
        });
  }

  /**
   * Chooses the decoder by the event's type.
   *
   * @param others decodes the events of a type that is not named here
   */
  static <T> Decoder<T> byType(
      Map<String, ? extends Decoder<? extends T>> decoders, Decoder<? extends T> others) {
    Map<String, Decoder<? extends T>> copy = Map.copyOf(decoders);
    Objects.requireNonNull(others, "others");
    return new Decoder<T>() {
      @Override
      public T decode(Payload payload) throws IOException {
        return Objects.requireNonNull(chosen(payload).decode(payload), "decoded data");
      }

      @Override
      public boolean ignores(Payload payload) {
        return chosen(payload).ignores(payload);
      }

      private Decoder<? extends T> chosen(Payload payload) {
        Decoder<? extends T> decoder = copy.get(payload.type());
        return decoder != null ? decoder : others;
      }
    };
  }

  /**
   * {@linkplain #ignores Ignores} every payload: for the types of events that a program does not
   * want, as the second argument of {@link #byType(Map, Decoder)}.
   */
  static <T> Decoder<T> ignoring() {
    return new Decoder<T>() {
      @Override
      public T decode(Payload payload) throws IOException {
        throw new DecodingException("Expected no event of this type", null);
      }

      @Override
      public boolean ignores(Payload payload) {
        return true;
      }
    };
  }
}
