package dev.perennial.testkit.conformance;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What brings the events.
 *
 * @since 0.1.0
 */
public enum Protocol {
  /** Server-sent events (WHATWG HTML 9.2). */
  SSE("sse"),
  /** One JSON value a line (ndjson-spec 1.0). */
  NDJSON("ndjson"),
  /** Messages of a WebSocket (RFC 6455). */
  WEBSOCKET("websocket");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  /** The name in reports, options and JSON: {@code sse}, {@code ndjson} or {@code websocket}. */
  public String label() {
    return label;
  }

  /**
   * The protocol of a label.
   *
   * @throws IllegalArgumentException when there is none
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
