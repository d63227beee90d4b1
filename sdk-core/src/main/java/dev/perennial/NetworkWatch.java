package dev.perennial;

import dev.perennial.spi.NetworkMonitor;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps the engine's idea of the network up to date, as long as the subscription lives. */
final class NetworkWatch {
  private final NetworkMonitor network;
  private final EngineSignals controls;

  /** What to do when the network is back. */
  private final Runnable wake;

  private final ReentrantLock looking = new ReentrantLock();
  private final NetworkMonitor.Listening listening;

  private NetworkWatch(NetworkMonitor network, EngineSignals controls, Runnable wake) {
    this.network = network;
    this.controls = controls;
    this.wake = wake;
    this.listening = network.listen(this::look);
  }

  static NetworkWatch begin(NetworkMonitor network, EngineSignals controls, Runnable wake) {
    NetworkWatch watch = new NetworkWatch(network, controls, wake);
    watch.look();
    return watch;
  }

  /** By any thread. Looks one at a time, or an old answer could hide a newer one. */
  private void look() {
    boolean isBack;
    looking.lock();
    try {
      boolean isOnline = network.isOnline();
      isBack = controls.online(isOnline) && isOnline;
    } finally {
      looking.unlock();
    }
    if (isBack) {
      wake.run();
    }
  }

  void end() {
    IoFailures.lastCall(listening::close);
  }
}
