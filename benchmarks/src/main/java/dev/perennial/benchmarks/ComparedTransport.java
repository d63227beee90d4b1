package dev.perennial.benchmarks;

import java.util.List;
import java.util.Locale;

/** The wire formats, each with the clients that are compared over it. */
enum ComparedTransport {
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
          PerennialNdjsonSubject.ofRecords(),
          PerennialNdjsonSubject.ofText(),
          PerennialNdjsonSubject.ofBytes(),
          new JacksonIteratorSubject(),
          new OkHttpLinesSubject(),
          new OkHttpLineBytesSubject());
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

  /** Returns this SDK first: the others are compared with it. */
  abstract List<Subject> subjects();

  boolean isWebSocket() {
    return this == WS || this == WS_JSON;
  }

  /**
   * Finds a transport by its name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static ComparedTransport named(String name) {
    for (ComparedTransport transport : values()) {
      if (transport.toString().equals(name)) {
        return transport;
      }
    }
    throw new IllegalArgumentException(
        "transport must be one of " + List.of(values()) + " but was " + name);
  }

  /** The name on the command line: {@code ws-json}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
