package dev.perennial.internal.control;

import dev.perennial.internal.delivery.Callbacks;
import dev.perennial.spi.NetworkMonitor;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps the engine informed about the network for as long as the subscription lives. */
public final class NetworkWatch {
  private final NetworkMonitor monitor;
  private final EngineSignals signals;

  /** What to do when the network is back. */
  private final Runnable wake;

  /** Held while the monitor is asked: otherwise an old answer could hide a newer one. */
  private final ReentrantLock asking = new ReentrantLock();

  public NetworkWatch(NetworkMonitor monitor, EngineSignals signals, Runnable wake) {
    this.monitor = monitor;
    this.signals = signals;
    this.wake = wake;
  }

  /** Begins to listen; returns what ends it. */
  public NetworkMonitor.Listening begin() {
    NetworkMonitor.Listening listening = monitor.listen(this::look);
    look();
    return listening;
  }

  /** Any thread. */
  private void look() {
    boolean isBack;
    asking.lock();
    try {
      boolean isOnline = monitor.isOnline();
      isBack = signals.online(isOnline) && isOnline;
    } finally {
      asking.unlock();
    }
    if (isBack) {
      wake.run();
    }
  }

  public static void end(NetworkMonitor.Listening listening) {
    Callbacks.runLast(listening::close);
  }
}
