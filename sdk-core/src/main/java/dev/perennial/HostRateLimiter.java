package dev.perennial;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds how often this process retries one host, over all its subscriptions: a token bucket for
 * each. An attempt that finds no token waits until one is its own.
 */
final class HostRateLimiter {
  static final int DEFAULT_BURST = 100;
  static final double DEFAULT_PER_SECOND = 50;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int MANY_HOSTS = 256;

  private final int burst;
  private final double perNano;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by lock. */
  private final Map<String, Bucket> buckets = new HashMap<>();

  private static final class Bucket {
    double tokens; // Below zero: promised to attempts that wait.
    long filledNanos;
  }

  HostRateLimiter(int burst, double perSecond) {
    this.burst = burst;
    this.perNano = perSecond / NANOS_PER_SECOND;
  }

  /** Takes a token: how long the attempt has to wait for it. */
  long takeNanos(String host, long now) {
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

  /** A bucket that is full says no more than none. */
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
