package dev.perennial.cli.demo;

/** The demo's events: what each must hold can be told from its number alone. */
final class TickEvents {
  static final String TYPE = "tick";

  private static final long FIBONACCI = 0x9E3779B97F4A7C15L;

  private TickEvents() {}

  /** The event as one JSON object, as the servers of JSON write it. */
  static String json(long number) {
    String data = data(number).replace("\"", "\\\"");
    return "{\"id\":\"" + number + "\",\"type\":\"" + TYPE + "\",\"data\":\"" + data + "\"}";
  }

  /** A character of three bytes is in it, so that a cut can fall into its middle. */
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
