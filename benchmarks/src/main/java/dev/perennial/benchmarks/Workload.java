package dev.perennial.benchmarks;

import okhttp3.HttpUrl;

/**
 * What a client has to receive in one round. Ids count up from {@link #FIRST_ID} and all have the
 * same width, so every event has the same size.
 *
 * @param transport the wire format
 * @param events how many events; positive
 * @param payloadBytes the number of bytes of each event's data, all of them ASCII; positive
 * @param eventsPerChunk how many events are in one chunk of the HTTP body; positive; ignored for
 *     WebSocket, where each event is a message in a frame of its own
 */
record Workload(ComparedTransport transport, int events, int payloadBytes, int eventsPerChunk) {
  static final long FIRST_ID = 1_000_000_000L;

  Workload {
    requirePositive("events", events);
    requirePositive("payload", payloadBytes);
    requirePositive("events-per-chunk", eventsPerChunk);
  }

  /** The data of every event. */
  String payload() {
    StringBuilder text = new StringBuilder(payloadBytes);
    for (int i = 0; i < payloadBytes; i++) {
      text.append((char) ('a' + i * 7 % 26));
    }
    return text.toString();
  }

  /** Returns the URL at which a {@link TickServer} on this port serves this workload. */
  HttpUrl url(int port) {
    return new HttpUrl.Builder()
        .scheme("http")
        .host("127.0.0.1")
        .port(port)
        .addPathSegment(transport.toString())
        .addQueryParameter("events", Integer.toString(events))
        .addQueryParameter("payload", Integer.toString(payloadBytes))
        .addQueryParameter("events-per-chunk", Integer.toString(eventsPerChunk))
        .build();
  }

  /** Reads the workload that {@link #url} describes. */
  static Workload of(HttpUrl url) {
    return new Workload(
        ComparedTransport.named(url.pathSegments().get(0)),
        number(url, "events"),
        number(url, "payload"),
        number(url, "events-per-chunk"));
  }

  private static int number(HttpUrl url, String name) {
    String value = url.queryParameter(name);
    if (value == null) {
      throw new IllegalArgumentException("Expected the query parameter " + name + " in " + url);
    }
    return Integer.parseInt(value);
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive but was " + value);
    }
  }
}
