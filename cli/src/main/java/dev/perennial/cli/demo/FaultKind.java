package dev.perennial.cli.demo;

/** The faults that the demo injects into a healthy connection, and their names in its output. */
enum FaultKind {
  /** The proxy resets the connection (TCP RST). */
  RESET("reset", "resets", 22),
  /** The proxy closes the connection in the middle of the response (TCP FIN). */
  CLOSE("close", "closes", 17),
  /** The proxy closes only the direction to the client. */
  HALF_CLOSE("half-close", "half-closes", 10),
  /** The server ends the response in an orderly way, as on a restart. */
  END("orderly end", "orderly ends", 14),
  /** The proxy cuts the response after another fault, after a number of bytes. */
  TRUNCATED("truncated response", "truncated responses", 14),
  /** The server answers 503. */
  UNAVAILABLE("status 503", "status 503", 5),
  /** The proxy stops listening for a while. */
  REFUSED("refused connection", "refused connections", 5),
  /** The proxy forwards nothing until the client gives up the connection. */
  STALL("stall", "stalls", 1),
  /** The proxy forwards nothing for a moment, too short for a reconnect. */
  PAUSE("pause", "pauses", 7),
  /** The proxy forwards a few bytes at a time for a moment. */
  TRICKLE("trickle", "trickles", 5);

  private final String singular;
  private final String plural;
  private final int weight;

  FaultKind(String singular, String plural, int weight) {
    this.singular = singular;
    this.plural = plural;
    this.weight = weight;
  }

  String singular() {
    return singular;
  }

  String plural() {
    return plural;
  }

  /** How many of a hundred faults are of this kind. */
  int weight() {
    return weight;
  }

  /** Returns whether the fault ends one connection, and nothing hinders the next attempt. */
  boolean isPlainDisconnect() {
    return this == RESET || this == CLOSE || this == HALF_CLOSE || this == END;
  }
}
