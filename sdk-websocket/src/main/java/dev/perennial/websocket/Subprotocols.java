package dev.perennial.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The subprotocols that a client offers (RFC 6455, 11.3.4). */
final class Subprotocols {

  /** RFC 9110, 5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");

  private Subprotocols() {}

  static List<String> of(String... names) {
    if (names.length == 0) {
      throw new IllegalArgumentException("subprotocols needs at least one name");
    }
    List<String> all = new ArrayList<>();
    for (String name : names) {
      if (!TOKEN.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "subprotocols must be tokens such as chat.v2 but was \"" + name + "\"");
      }
      if (all.contains(name)) {
        throw new IllegalArgumentException(
            "subprotocols must differ but \"" + name + "\" is there twice");
      }
      all.add(name);
    }
    return List.copyOf(all);
  }
}
