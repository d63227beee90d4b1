package dev.perennial.conformance.scenario;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a run's servers, which a scenario names by placeholders.
 *
 * @param here of the server that the client is sent to
 * @param other of the other origin; null when the scenario has none
 */
record ServerAddresses(URI here, @Nullable URI other) {

  /** Replaces the placeholders in a header line. */
  String resolve(String headerLine) {
    return headerLine
        .replace(Reply.OTHER, other == null ? "" : other.toString())
        .replace(Reply.HERE, here.toString());
  }
}
