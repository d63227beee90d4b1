package dev.perennial.testkit;

import java.util.Map;

/**
 * The counters of a {@link ChaosProxy}.
 *
 * @param accepted accepted connections
 * @param live connections that are open now, also half-closed ones
 * @param bytesToServer bytes forwarded to the server
 * @param bytesToClient bytes forwarded to clients
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

  /** Returns how often a kind of fault was injected. */
  public long faults(ProxyFault kind) {
    return faults.getOrDefault(kind, 0L);
  }
}
