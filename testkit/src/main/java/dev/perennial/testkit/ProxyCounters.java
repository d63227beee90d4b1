package dev.perennial.testkit;

import java.util.Map;

/**
 * What a {@link ChaosProxy} has counted so far.
 *
 * @param accepted connections that were accepted
 * @param live connections that are open now, half-closed ones too
 * @param bytesToServer bytes that were forwarded to the server
 * @param bytesToClient bytes that were forwarded to clients
 * @param faults faults injected, by kind: cuts count connections (those of {@link ChaosProxy#down}
 *     too, as resets), the other kinds count calls; kinds that did not occur are absent
 * @since 0.1.0
 */
public record ProxyCounters(
    long accepted, int live, long bytesToServer, long bytesToClient, Map<ProxyFault, Long> faults) {

  /** Copies the map. */
  public ProxyCounters {
    faults = Map.copyOf(faults);
  }

  /** How often a kind of fault was injected. */
  public long faults(ProxyFault kind) {
    return faults.getOrDefault(kind, 0L);
  }
}
