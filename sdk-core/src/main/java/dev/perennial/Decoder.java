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
    return payload -> {
      Decoder<? extends T> decoder = copy.get(payload.type());
      if (decoder == null) {
        throw new DecodingException(
            "Expected an event of type " + new TreeSet<>(copy.keySet()), null);
      }
      return Objects.requireNonNull(decoder.decode(payload), "decoded data");
    };
  }
}
