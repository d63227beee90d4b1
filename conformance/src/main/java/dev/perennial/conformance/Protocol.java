package dev.perennial.conformance;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The transport of a stream.
 *
 * @since 0.1.0
 */
public enum Protocol {
  /** Server-sent events (WHATWG HTML 9.2). */
  SSE("sse"),
  /** One JSON value per line (ndjson-spec 1.0). */
  NDJSON("ndjson"),
  /** WebSocket messages (RFC 6455). */
  WEBSOCKET("websocket");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  /** Returns the name in reports, options and JSON, such as {@code sse}. */
  public String label() {
    return label;
  }

  /**
   * Returns the protocol with a label.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Protocol ofLabel(String label) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "transport must be one of "
                        + Arrays.stream(values())
                            .map(Protocol::label)
                            .collect(Collectors.joining(", "))
                        + " but was "
                        + label));
  }

  @Override
  public String toString() {
    return label;
  }
}
