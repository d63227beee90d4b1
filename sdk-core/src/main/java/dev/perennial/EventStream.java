package dev.perennial;

import dev.perennial.spi.Transport;
import java.util.Objects;

/** The description of a stream. */
public final class EventStream<T> {
  private final Options<T> options;

  private EventStream(Options<T> options) {
    this.options = options;
  }

  /** A stream over a transport of one's own. */
  public static <T> EventStream<T> of(Transport transport, Decoder<? extends T> decoder) {
    return new EventStream<>(new Options<>(Objects.requireNonNull(transport, "transport"), Objects.requireNonNull(decoder, "decoder")));
  }

  Options<T> options() {
    return options;
  }
}
