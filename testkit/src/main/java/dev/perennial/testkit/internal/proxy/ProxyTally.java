package dev.perennial.testkit.internal.proxy;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Direction;
import dev.perennial.testkit.ProxyCounters;
import dev.perennial.testkit.ProxyFault;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts for {@link ProxyCounters}. All methods may be called from any thread. */
public final class ProxyTally {

  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong bytesToServer = new AtomicLong();
  private final AtomicLong bytesToClient = new AtomicLong();
  private final Map<ProxyFault, Long> faults = new ConcurrentHashMap<>();

  public void accepted() {
    accepted.incrementAndGet();
  }

  /** Returns the counter of the bytes forwarded in one direction. */
  AtomicLong bytes(Direction direction) {
    return direction == Direction.TO_SERVER ? bytesToServer : bytesToClient;
  }

  void cut(Cut how) {
    injected(
        switch (how) {
          case FIN -> ProxyFault.FIN;
          case RST -> ProxyFault.RST;
          case HALF_CLOSE -> ProxyFault.HALF_CLOSE;
        });
  }

  public void injected(ProxyFault fault) {
    faults.merge(fault, 1L, Long::sum);
  }

  public ProxyCounters counters(int live) {
    return new ProxyCounters(
        accepted.get(), live, bytesToServer.get(), bytesToClient.get(), faults);
  }
}
