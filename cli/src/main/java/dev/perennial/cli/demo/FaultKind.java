package dev.perennial.cli.demo;

/** What the demo does to a healthy connection, as its report names it. */
enum FaultKind {
  /** The proxy resets the connection. */
  RESET("reset", "resets", 22),
  /** The proxy closes the connection in the middle of the answer. */
  CLOSE("close", "closes", 17),
  /** The proxy ends the direction to the client alone. */
  HALF_CLOSE("half-close", "half-closes", 10),
  /** The server ends the answer in good order, as one that restarts does. */
  END("orderly end", "orderly ends", 14),
  /** The answer that follows another fault is cut after so many bytes. */
  TORN("torn answer", "torn answers", 14),
  /** The server answers 503 instead of the stream. */
  UNAVAILABLE("status 503", "times status 503", 5),
  /** Nobody listens for a while. */
  REFUSED("refusal", "refusals", 5),
  /** Nothing is forwarded until the client gives the connection up. */
  STALL("stall", "stalls", 1),
  /** Nothing is forwarded for a moment, which is no reason to reconnect. */
  STUTTER("stutter", "stutters", 7),
  /** Bytes come a few at a time for a moment. */
  TRICKLE("trickle", "trickles", 5);

  private final String one;
  private final String many;
  private final int weight;

  FaultKind(String one, String many, int weight) {
    this.one = one;
    this.many = many;
    this.weight = weight;
  }

  String one() {
    return one;
  }

  String many() {
    return many;
  }

  /** How many of a hundred faults are of this kind. */
  int weight() {
    return weight;
  }

  /** Whether it ends one connection, and the next attempt meets no obstacle. */
  boolean isPlainCut() {
    return this == RESET || this == CLOSE || this == HALF_CLOSE || this == END;
  }
}
