package dev.perennial.http.internal.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.StreamSubscription;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The subscriptions whose first request may have begun something at the server, so that it is not
 * sent again whatever becomes of their cursors. Any thread.
 */
public final class BegunStreams {
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<StreamSubscription, Boolean> begun = new WeakHashMap<>();

  /** Notes that the request of this subscription may have reached the server. */
  public void add(StreamSubscription subscription) {
    lock.lock();
    try {
      begun.put(subscription, true);
    } finally {
      lock.unlock();
    }
  }

  /** Whether the request of this subscription may have reached the server. */
  public boolean contain(StreamSubscription subscription) {
    lock.lock();
    try {
      return begun.containsKey(subscription);
    } finally {
      lock.unlock();
    }
  }
}
