package dev.perennial.benchmarks;

import java.util.List;
import java.util.Locale;

/** How events go over the wire, and who is compared there. */
enum Transport {
  SSE {
    @Override
    List<Subject> subjects() {
      return List.of(
          new PerennialSseSubject(),
          new OkHttpSseSubject(),
          new LaunchDarklySubject(),
          new OkHttpBodySubject());
    }
  },

  NDJSON {
    @Override
    List<Subject> subjects() {
      return List.of(
          new PerennialNdjsonSubject(), new OkHttpLinesSubject(), new OkHttpLineBytesSubject());
    }
  },

  /** WebSocket, with messages taken as text. */
  WS {
    @Override
    List<Subject> subjects() {
      return List.of(
          PerennialWebSocketSubject.ofText(),
          OkHttpWebSocketSubject.ofText(),
          new JdkWebSocketSubject());
    }
  },

  /** WebSocket, with messages decoded from JSON. */
  WS_JSON {
    @Override
    List<Subject> subjects() {
      return List.of(PerennialWebSocketSubject.ofJson(), OkHttpWebSocketSubject.ofJson());
    }
  };

  /** This SDK first: the others are compared with it. */
  abstract List<Subject> subjects();

  boolean isWebSocket() {
    return this == WS || this == WS_JSON;
  }

  /**
   * The transport that calls itself so.
   *
   * @throws IllegalArgumentException when none does
   */
  static Transport named(String name) {
    for (Transport transport : values()) {
      if (transport.toString().equals(name)) {
        return transport;
      }
    }
    throw new IllegalArgumentException(
        "transport must be one of " + List.of(values()) + " but was " + name);
  }

  /** As on the command line: {@code ws-json}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
