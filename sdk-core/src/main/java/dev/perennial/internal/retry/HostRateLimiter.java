package dev.perennial.internal.retry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Limits how often this process connects again to one host, across all its subscriptions.
 *
 * <p>Each host has slots, one each {@code 1 / perSecond}, of which as many as {@code burst} may be
 * saved up. An attempt takes the next free slot and waits for it. A slot that is given back before
 * its time goes to the attempt with the last one, so slots are never lost to subscriptions that
 * were closed while they waited. Thread-safe.
 */
public final class HostRateLimiter {
  public static final int DEFAULT_BURST = 100;
  public static final double DEFAULT_PER_SECOND = 50;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int MANY_HOSTS = 256;

  private final double intervalNanos;
  private final double savedNanos; // How far slots may lie in the past.
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<String, Host> hosts = new HashMap<>();

  /** The slots of one host. Times count from {@link #epochNanos}: the clock may overflow. */
  private static final class Host {
    final long epochNanos;
    double nextNanos; // Of the next free slot.
    final TreeMap<Double, Slot> waiting = new TreeMap<>();

    Host(long now, double savedNanos) {
      epochNanos = now;
      nextNanos = -savedNanos;
    }
  }

  /** When an attempt may begin. */
  public final class Slot {
    private final Host host;
    private final Runnable movedUp;

    // Guarded by the limiter's lock.
    private double atNanos;

    private Slot(Host host, double atNanos, Runnable movedUp) {
      this.host = host;
      this.atNanos = atNanos;
      this.movedUp = movedUp;
    }

    /** Returns when the attempt may begin. It can move up. */
    public long dueNanos() {
      lock.lock();
      try {
        return host.epochNanos + (long) Math.ceil(atNanos);
      } finally {
        lock.unlock();
      }
    }

    /** The wait is over: the attempt begins, if its time has come, or it gives the slot back. */
    public void leave(long now) {
      Slot last = HostRateLimiter.this.leave(this, now);
      if (last != null) {
        last.movedUp.run();
      }
    }
  }

  /** Creates a limiter with this many slots per second, of which {@code burst} can be saved up. */
  public HostRateLimiter(int burst, double perSecond) {
    this.intervalNanos = NANOS_PER_SECOND / perSecond;
    this.savedNanos = (burst - 1) * intervalNanos;
  }

  /**
   * Takes the next free slot. Whoever takes it has to {@link Slot#leave} it.
   *
   * @param movedUp called on any thread when the slot comes earlier than was said
   */
  public Slot take(String name, long now, Runnable movedUp) {
    lock.lock();
    try {
      if (hosts.size() > MANY_HOSTS) {
        forgetIdle(now);
      }
      Host host = hosts.computeIfAbsent(name, absent -> new Host(now, savedNanos));
      double at = Math.max(host.nextNanos, now - host.epochNanos - savedNanos);
      host.nextNanos = at + intervalNanos;
      Slot slot = new Slot(host, at, movedUp);
      if (at > now - host.epochNanos) {
        host.waiting.put(at, slot);
      }
      return slot;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the slot that moved up into the place of this one; null when none did. */
  private @Nullable Slot leave(Slot slot, long now) {
    Host host = slot.host;
    lock.lock();
    try {
      boolean isDue = slot.atNanos <= now - host.epochNanos;
      if (!host.waiting.remove(slot.atNanos, slot) || isDue) {
        return null;
      }
      Map.Entry<Double, Slot> last = host.waiting.lastEntry();
      if (last == null || last.getKey() < slot.atNanos) {
        host.nextNanos = slot.atNanos;
        return null;
      }
      host.nextNanos = last.getKey();
      host.waiting.remove(last.getKey());
      last.getValue().atNanos = slot.atNanos;
      host.waiting.put(slot.atNanos, last.getValue());
      return last.getValue();
    } finally {
      lock.unlock();
    }
  }

  /** Removes hosts that have saved up all they can: one that is missing has, too. */
  @GuardedBy("lock")
  private void forgetIdle(long now) {
    Iterator<Host> all = hosts.values().iterator();
    while (all.hasNext()) {
      Host host = all.next();
      if (host.waiting.isEmpty() && host.nextNanos <= now - host.epochNanos - savedNanos) {
        all.remove();
      }
    }
  }
}
