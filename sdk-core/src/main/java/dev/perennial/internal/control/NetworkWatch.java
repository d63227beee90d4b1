package dev.perennial.internal.control;

import dev.perennial.internal.consumer.Callbacks;
import dev.perennial.spi.NetworkMonitor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the engine informed about the network for as long as the subscription lives.
 *
 * <p>The monitor is asked by any thread, and by one at a time: an old answer must not hide a newer
 * one. No lock is held for that, since the monitor may have a lock of its own, with which it calls
 * back. A thread that comes while another one asks leaves its question to that one.
 */
public final class NetworkWatch {
  private final NetworkMonitor monitor;
  private final EngineSignals signals;
  private final SubscriptionStatus status;

  /** How many questions are not answered yet. Whoever takes it from 0 asks until it is 0 again. */
  private final AtomicInteger questions = new AtomicInteger();

  /** Whether the monitor has called back since it was asked. */
  private final AtomicBoolean hasCalledBack = new AtomicBoolean();

  // Used by the thread that asks.
  private boolean wasAsked;
  private @Nullable Object
      network; // The last one that was online; null if the monitor cannot tell.

  /** Asks the monitor, which may call back while it answers; null while no thread does. */
  private volatile @Nullable Thread asking;

  private NetworkMonitor.Listening listening = () -> {}; // Used by the engine thread.

  NetworkWatch(NetworkMonitor monitor, EngineSignals signals, SubscriptionStatus status) {
    this.monitor = monitor;
    this.signals = signals;
    this.status = status;
  }

  /** Begins to listen. The engine thread. */
  public void begin() {
    listening = monitor.listen(this::changed);
    look();
  }

  /** Ends listening. The engine thread. */
  public void end() {
    Callbacks.runLast(listening::close);
  }

  private void changed() {
    if (asking != Thread.currentThread()) { // Within an answer, it is the answer that counts.
      hasCalledBack.set(true);
      look();
    }
  }

  /**
   * Asks the monitor, and wakes the subscription when the network is back, or is another one. Any
   * thread.
   */
  public void look() {
    boolean isWithinAnswer = asking == Thread.currentThread();
    if (isWithinAnswer || questions.getAndIncrement() > 0) {
      return;
    }
    int left = 1;
    asking = Thread.currentThread();
    try {
      while (left > 0) {
        int asked = questions.get();
        ask();
        left = questions.addAndGet(-asked);
      }
      asking = null;
    } catch (Throwable thrown) {
      asking = null;
      questions.set(0);
      throw thrown;
    }
  }

  private void ask() {
    boolean isCallback = hasCalledBack.getAndSet(false);
    boolean isOnline = monitor.isOnline();
    Object now = isOnline ? monitor.network() : null;
    boolean hasChanged = signals.online(isOnline);
    if (!isOnline) {
      return;
    }
    boolean isOther = now == null ? isCallback || hasChanged : !now.equals(network);
    network = now;
    if (hasChanged || (isOther && wasAsked)) {
      signals.wake();
      status.checkSilence();
    }
    if (isOther && wasAsked) {
      status.networkChanged();
    }
    wasAsked = true;
  }
}
