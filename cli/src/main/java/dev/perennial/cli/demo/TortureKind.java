package dev.perennial.cli.demo;

import dev.perennial.cli.console.HumanFormat;

/** What the torture does to a subscription, with how many of a hundred times. */
enum TortureKind {
  RESET("reset", "resets", 16),
  CLOSE("close", "closes", 12),
  HALF_CLOSE("half-close", "half-closes", 6),
  END("orderly end", "orderly ends", 10),
  /** A later response is cut after a number of bytes. */
  TRUNCATED("truncated response", "truncated responses", 14),
  UNAVAILABLE("status 503", "status 503", 6),
  THROTTLED("status 429", "status 429", 3),
  /** The proxy does not listen for a moment. */
  REFUSED("refused connection", "refused connections", 4),
  /** Silence that is shorter than the client's limit. */
  PAUSE("pause", "pauses", 5),
  /** Silence that is longer than the client's limit. */
  STALL("stall", "stalls", 2),
  TRICKLE("trickle", "trickles", 4),
  SLOW_CONSUMER("slow consumer", "slow consumers", 5),
  PARK("park", "parks", 4),
  WAKE("wake", "wakes", 3),
  RECONNECT("reconnect on request", "reconnects on request", 2),
  /** The subscription is closed, and another one starts at the stored cursor. */
  RESTART("restart", "restarts", 3),
  /** The server forgets events that the client has not had, and says so with status 410. */
  FORGET("forgotten cursor", "forgotten cursors", 1);

  private final String singular;
  private final String plural;
  private final int weight;

  TortureKind(String singular, String plural, int weight) {
    this.singular = singular;
    this.plural = plural;
    this.weight = weight;
  }

  /** Returns the count with the kind's name. */
  String counted(int count) {
    return HumanFormat.count(count, singular, plural);
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
