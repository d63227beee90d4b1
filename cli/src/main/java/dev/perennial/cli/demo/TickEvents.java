package dev.perennial.cli.demo;

/** The events of the demo. The content of each follows from its number, so it can be verified. */
final class TickEvents {
  static final String TYPE = "tick";

  /** 2^64 divided by the golden ratio, which spreads consecutive numbers (Fibonacci hashing). */
  private static final long FIBONACCI = 0x9E3779B97F4A7C15L;

  private TickEvents() {}

  /** The event as one JSON object, as the NDJSON and WebSocket servers send it. */
  static String json(long number) {
    String data = data(number).replace("\"", "\\\"");
    return "{\"id\":\"" + number + "\",\"type\":\"" + TYPE + "\",\"data\":\"" + data + "\"}";
  }

  /** The data of the event. The euro sign has three bytes, so that a cut can split a character. */
  static String data(long number) {
    long check = number * FIBONACCI;
    return "{\"tick\":"
        + number
        + ",\"price\":\""
        + (number % 997)
        + " €\",\"check\":"
        + check
        + "}";
  }
}
