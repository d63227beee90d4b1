package dev.perennial.internal.retry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Limits how often this process retries one host, across all its subscriptions, by a token bucket
 * per host. An attempt that finds no token takes the next one in advance and waits for it.
 * Thread-safe.
 */
public final class HostRateLimiter {
  public static final int DEFAULT_BURST = 100;
  public static final double DEFAULT_PER_SECOND = 50;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int MANY_HOSTS = 256;

  private final int burst;
  private final double perNano;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<String, Bucket> buckets = new HashMap<>();

  private static final class Bucket {
    double tokens; // Below zero: taken in advance by attempts that wait.
    long filledNanos;
  }

  /** Creates a limiter: buckets hold {@code burst} tokens and gain {@code perSecond}. */
  public HostRateLimiter(int burst, double perSecond) {
    this.burst = burst;
    this.perNano = perSecond / NANOS_PER_SECOND;
  }

  /** Takes a token. Returns how long the attempt has to wait for it. */
  public long takeNanos(String host, long now) {
    lock.lock();
    try {
      if (buckets.size() > MANY_HOSTS) {
        forgetFull(now);
      }
      Bucket bucket = buckets.computeIfAbsent(host, absent -> full(now));
      fill(bucket, now);
      bucket.tokens--;
      return bucket.tokens >= 0 ? 0 : (long) Math.ceil(-bucket.tokens / perNano);
    } finally {
      lock.unlock();
    }
  }

  private Bucket full(long now) {
    Bucket bucket = new Bucket();
    bucket.tokens = burst;
    bucket.filledNanos = now;
    return bucket;
  }

  private void fill(Bucket bucket, long now) {
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.filledNanos) * perNano);
    bucket.filledNanos = now;
  }

  /** Removes full buckets: a missing one is full, too. */
  @GuardedBy("lock")
  private void forgetFull(long now) {
    Iterator<Bucket> all = buckets.values().iterator();
    while (all.hasNext()) {
      Bucket bucket = all.next();
      fill(bucket, now);
      if (bucket.tokens >= burst) {
        all.remove();
      }
    }
  }
}
