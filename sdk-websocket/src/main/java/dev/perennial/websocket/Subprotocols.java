package dev.perennial.websocket;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The subprotocols to offer. A value.
 *
 * @param offered their names, the preferred one first; empty for none
 * @param isOptional whether the server may choose none of them
 */
record Subprotocols(List<String> offered, boolean isOptional) {
  static final Subprotocols NONE = new Subprotocols(List.of(), false);

  /** Returns which subprotocol was expected in place of the answered ones; null if they fit. */
  @Nullable String mismatch(List<String> answered) {
    if (offered.isEmpty()) {
      return answered.isEmpty() ? null : "no subprotocol";
    }
    boolean isOffered = answered.size() == 1 && offered.contains(answered.get(0));
    boolean mayBeAbsent = isOptional && answered.isEmpty();
    return isOffered || mayBeAbsent
        ? null
        : "a subprotocol of " + offered + (isOptional ? " or none" : "");
  }
}
