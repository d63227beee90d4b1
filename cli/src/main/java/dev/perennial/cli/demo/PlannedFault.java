package dev.perennial.cli.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * A fault to inject, and the truncated responses that follow it.
 *
 * @param number of the fault, from 1
 * @param position the fault is injected once this event was delivered
 * @param amount milliseconds for a pause or trickle, failing attempts for a 503 or refused
 *     connection, 0 for the other kinds
 * @param truncatedAfterBytes for each of the responses that follow, after how many bytes it is cut
 */
record PlannedFault(
    int number, FaultKind kind, long position, int amount, List<Integer> truncatedAfterBytes) {

  /** Copies the list. */
  PlannedFault {
    truncatedAfterBytes = List.copyOf(truncatedAfterBytes);
  }

  /** How many faults this is, the truncated responses included. */
  int count() {
    return 1 + truncatedAfterBytes.size();
  }

  /** Returns this fault with one more truncated response after it. */
  PlannedFault andTruncated(int afterBytes) {
    List<Integer> all = new ArrayList<>(truncatedAfterBytes);
    all.add(afterBytes);
    return new PlannedFault(number, kind, position, amount, all);
  }
}
