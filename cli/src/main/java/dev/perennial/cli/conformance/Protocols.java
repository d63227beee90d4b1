package dev.perennial.cli.conformance;

import dev.perennial.testkit.conformance.Protocol;
import java.util.Collection;
import java.util.EnumSet;
import java.util.stream.Collectors;

/** Formats sets of transports. */
final class Protocols {
  private Protocols() {}

  /** Returns the labels of {@code protocols}, which must not be empty: {@code sse, websocket}. */
  static String labels(Collection<Protocol> protocols) {
    return EnumSet.copyOf(protocols).stream()
        .map(Protocol::label)
        .collect(Collectors.joining(", "));
  }
}
