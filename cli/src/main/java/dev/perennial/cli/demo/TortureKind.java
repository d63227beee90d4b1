package dev.perennial.cli.demo;

/** What the torture does to a subscription, with how many of a hundred times. */
enum TortureKind {
  RESET("resets", 16),
  CLOSE("closes", 12),
  HALF_CLOSE("half-closes", 6),
  END("orderly ends", 10),
  /** A later response is cut after a number of bytes. */
  TRUNCATED("truncated responses", 14),
  UNAVAILABLE("status 503", 6),
  THROTTLED("status 429", 3),
  /** The proxy does not listen for a moment. */
  REFUSED("refused connections", 4),
  /** Silence that is shorter than the client's limit. */
  PAUSE("pauses", 5),
  /** Silence that is longer than the client's limit. */
  STALL("stalls", 2),
  TRICKLE("trickles", 4),
  SLOW_CONSUMER("slow consumers", 5),
  PARK("parks", 4),
  WAKE("wakes", 3),
  RECONNECT("reconnects on request", 2),
  /** The subscription is closed, and another one starts at the stored cursor. */
  RESTART("restarts", 3),
  /** The server forgets events that the client has not had, and says so with status 410. */
  FORGET("forgotten cursors", 1);

  private final String plural;
  private final int weight;

  TortureKind(String plural, int weight) {
    this.plural = plural;
    this.weight = weight;
  }

  String plural() {
    return plural;
  }

  /** Returns the kind for a number from 0 to 99. */
  static TortureKind of(int drawn) {
    int rest = drawn;
    for (TortureKind kind : values()) {
      rest -= kind.weight;
      if (rest < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("The weights must add up to 100");
  }
}
