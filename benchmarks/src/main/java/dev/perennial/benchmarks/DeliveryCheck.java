package dev.perennial.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a client delivers: a measurement is valid only if everything was delivered exactly
 * once.
 */
abstract class DeliveryCheck {
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean isClosing;

  /** Records that the client delivered something wrong. The first failure is kept. */
  final void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    end.countDown();
  }

  /**
   * Records that the client reported the end of the stream, which is right only after {@link
   * #closing}.
   */
  final void ended(Throwable cause) {
    if (!isClosing) {
      fail(cause);
    }
  }

  /** Records that everything was delivered. */
  final void complete() {
    end.countDown();
  }

  /** Waits until everything was delivered or something failed. */
  final void await(Duration limit) throws InterruptedException {
    boolean hasEnded = end.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (!hasEnded) {
      fail(new IllegalStateException("Expected the end within " + limit + " but came to " + this));
    }
  }

  /** Records that the client is about to be closed. */
  final void closing() {
    isClosing = true;
  }

  /**
   * Throws unless exactly the expected events were delivered. Call it after the client was closed,
   * so that events beyond the expected ones are found too.
   */
  final void verify() {
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException("The client failed: " + cause.getMessage(), cause);
    }
    if (!isExact()) {
      throw new IllegalStateException("Expected exactly the workload but came to " + this);
    }
  }

  abstract boolean isExact();
}
