package dev.perennial.internal.retry;

import static dev.perennial.internal.retry.Treatment.COMPLETE;
import static dev.perennial.internal.retry.Treatment.FAIL;
import static dev.perennial.internal.retry.Treatment.FAIL_WHEN_REPEATED;
import static dev.perennial.internal.retry.Treatment.GAP;
import static dev.perennial.internal.retry.Treatment.REFRESH_CREDENTIALS;
import static dev.perennial.internal.retry.Treatment.RETRY;
import static dev.perennial.internal.retry.Treatment.RETRY_ONCE_CONNECTED;
import static dev.perennial.internal.retry.Treatment.RETRY_THREE_TIMES;
import static dev.perennial.internal.retry.Treatment.RETRY_WITH_CURSOR;
import static java.util.Map.entry;

import dev.perennial.StreamException.Reason;
import java.util.EnumMap;
import java.util.Map;

/**
 * How each failure is treated, as data: by its reason and, for an answer of the server, by its HTTP
 * status or close code. The table in {@code docs/guide/reconnecting.md} is generated from it.
 */
final class FailureTable {

  static final Map<Reason, Treatment> BY_REASON = new EnumMap<>(Reason.class);

  static {
    for (Reason reason : Reason.values()) {
      BY_REASON.put(reason, FAIL);
    }
    BY_REASON.put(Reason.ENDED, RETRY);
    BY_REASON.put(Reason.CONNECT, RETRY);
    BY_REASON.put(Reason.TLS, RETRY);
    BY_REASON.put(Reason.ATTEMPT_TIMEOUT, RETRY);
    BY_REASON.put(Reason.RESET, RETRY);
    BY_REASON.put(Reason.STALE, RETRY);
    BY_REASON.put(Reason.STALLED, RETRY);
    BY_REASON.put(Reason.SERVER_ERROR, RETRY);
    BY_REASON.put(Reason.CREDENTIALS, RETRY);
    BY_REASON.put(Reason.CERTIFICATE, RETRY_ONCE_CONNECTED);
    BY_REASON.put(Reason.CONTENT_TYPE, RETRY_ONCE_CONNECTED);
    BY_REASON.put(Reason.MALFORMED, FAIL_WHEN_REPEATED);
    BY_REASON.put(Reason.LIMIT, FAIL_WHEN_REPEATED);
    BY_REASON.put(Reason.INCOMPLETE, RETRY_WITH_CURSOR);
    BY_REASON.put(Reason.GAP, GAP);
  }

  /**
   * Other 5xx are retried; other 4xx once the stream was open, since servers answer so while they
   * still hold the connection that was lost; all others fail: see {@link #treatmentOf}.
   */
  static final Map<Integer, Treatment> BY_STATUS =
      Map.ofEntries(
          entry(200, RETRY_ONCE_CONNECTED), // In answer to a handshake, which needs a 101.
          entry(204, COMPLETE),
          entry(301, RETRY), // 301 to 308: following redirects did not reach an answer.
          entry(302, RETRY),
          entry(303, RETRY),
          entry(307, RETRY),
          entry(308, RETRY),
          entry(401, REFRESH_CREDENTIALS),
          entry(408, RETRY),
          entry(410, FAIL), // Without a cursor; with one it is a gap.
          entry(421, RETRY),
          entry(425, RETRY),
          entry(429, RETRY),
          entry(501, RETRY_ONCE_CONNECTED),
          entry(505, RETRY_ONCE_CONNECTED));

  /**
   * All others are retried: see {@link #treatmentOf}. 1000 is what servers send when they merely
   * close, on a deploy too, so it does not say that the stream is complete.
   */
  static final Map<Integer, Treatment> BY_CLOSE_CODE =
      Map.ofEntries(
          entry(1002, RETRY_THREE_TIMES),
          entry(1003, RETRY_THREE_TIMES),
          entry(1007, RETRY_THREE_TIMES),
          entry(1008, REFRESH_CREDENTIALS),
          entry(1009, FAIL),
          entry(1010, RETRY_THREE_TIMES),
          entry(1015, RETRY_THREE_TIMES));

  private FailureTable() {}

  static Treatment treatmentOf(Reason reason, int code) {
    if (reason == Reason.HTTP_STATUS) {
      return BY_STATUS.getOrDefault(code, otherStatus(code));
    }
    if (reason == Reason.CLOSE_CODE) {
      return BY_CLOSE_CODE.getOrDefault(code, RETRY);
    }
    return BY_REASON.getOrDefault(reason, FAIL);
  }

  private static Treatment otherStatus(int code) {
    return switch (code / 100) {
      case 4 -> RETRY_ONCE_CONNECTED;
      case 5 -> RETRY;
      default -> FAIL;
    };
  }
}
