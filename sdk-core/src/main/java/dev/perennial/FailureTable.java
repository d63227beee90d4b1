package dev.perennial;

import static java.util.Map.entry;

import dev.perennial.StreamException.Reason;
import java.util.EnumMap;
import java.util.Map;

/** What each failure means, as data: by its reason and, for an HTTP answer, by its status. */
final class FailureTable {

  /** How a failure is treated. */
  enum Treatment {
    /** Try again with backoff. */
    RETRY,
    /** Terminal before the first open; afterwards retried, and terminal after 15 min in a row. */
    SETTLING,
    /** Retried until the same cursor has met it three times. */
    POISONOUS,
    /** Ask for a fresh credential once, then terminal; terminal where there are no credentials. */
    REFRESH,
    /** Retried three times in a row without progress, then terminal. */
    LIMITED,
    /** Retried with a cursor, terminal without one. */
    RESUME,
    /** The stream is over. */
    COMPLETE,
    /** The cursor is gone. */
    GAP,
    /** The subscription ends. */
    TERMINAL
  }

  private static final Map<Reason, Treatment> BY_REASON = new EnumMap<>(Reason.class);

  static {
    for (Reason reason : Reason.values()) {
      BY_REASON.put(reason, Treatment.TERMINAL);
    }
    BY_REASON.put(Reason.ENDED, Treatment.RETRY);
    BY_REASON.put(Reason.CONNECT, Treatment.RETRY);
    BY_REASON.put(Reason.TLS, Treatment.RETRY);
    BY_REASON.put(Reason.ATTEMPT_TIMEOUT, Treatment.RETRY);
    BY_REASON.put(Reason.RESET, Treatment.RETRY);
    BY_REASON.put(Reason.STALE, Treatment.RETRY);
    BY_REASON.put(Reason.STALLED, Treatment.RETRY);
    BY_REASON.put(Reason.CERTIFICATE, Treatment.SETTLING);
    BY_REASON.put(Reason.CONTENT_TYPE, Treatment.SETTLING);
    BY_REASON.put(Reason.MALFORMED, Treatment.POISONOUS);
    BY_REASON.put(Reason.LIMIT, Treatment.POISONOUS);
    BY_REASON.put(Reason.INCOMPLETE, Treatment.RESUME);
    BY_REASON.put(Reason.CREDENTIALS, Treatment.RETRY);
    BY_REASON.put(Reason.GAP, Treatment.GAP);
  }

  /** 301 to 308 stand here only when following them did not come to an end. */
  private static final Map<Integer, Treatment> BY_STATUS =
      Map.ofEntries(
          entry(200, Treatment.SETTLING), // In answer to a handshake, which it leaves undone.
          entry(204, Treatment.COMPLETE),
          entry(301, Treatment.RETRY),
          entry(302, Treatment.RETRY),
          entry(303, Treatment.RETRY),
          entry(307, Treatment.RETRY),
          entry(308, Treatment.RETRY),
          entry(401, Treatment.REFRESH),
          entry(403, Treatment.SETTLING),
          entry(404, Treatment.SETTLING),
          entry(405, Treatment.SETTLING),
          entry(408, Treatment.RETRY),
          entry(421, Treatment.RETRY),
          entry(425, Treatment.RETRY),
          entry(426, Treatment.SETTLING),
          entry(429, Treatment.RETRY),
          entry(501, Treatment.SETTLING),
          entry(505, Treatment.SETTLING));

  private static final Map<Integer, Treatment> BY_CLOSE_CODE =
      Map.ofEntries(
          entry(1000, Treatment.COMPLETE),
          entry(1002, Treatment.LIMITED),
          entry(1003, Treatment.LIMITED),
          entry(1007, Treatment.LIMITED),
          entry(1008, Treatment.REFRESH),
          entry(1009, Treatment.TERMINAL),
          entry(1010, Treatment.LIMITED),
          entry(1015, Treatment.LIMITED));

  private FailureTable() {}

  static Treatment treatmentOf(Reason reason, int code) {
    if (reason == Reason.HTTP_STATUS) {
      Treatment otherwise = code >= 500 && code <= 599 ? Treatment.RETRY : Treatment.TERMINAL;
      return BY_STATUS.getOrDefault(code, otherwise);
    }
    if (reason == Reason.CLOSE_CODE) {
      return BY_CLOSE_CODE.getOrDefault(code, Treatment.RETRY);
    }
    return BY_REASON.getOrDefault(reason, Treatment.TERMINAL);
  }
}
