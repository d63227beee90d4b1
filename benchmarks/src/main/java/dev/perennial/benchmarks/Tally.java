package dev.perennial.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Counts and checks what a client delivers: a figure counts only when everything came, once. */
abstract class Tally {
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean isClosing;

  /** The client delivered what it should not. The first failure is kept. */
  final void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    end.countDown();
  }

  /** The client says that the stream is over, which is right only after {@link #closing}. */
  final void ended(Throwable cause) {
    if (!isClosing) {
      fail(cause);
    }
  }

  /** Everything has come. */
  final void complete() {
    end.countDown();
  }

  /** Waits until everything has come or something failed. */
  final void await(Duration limit) throws InterruptedException {
    boolean hasEnded = end.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (!hasEnded) {
      fail(new IllegalStateException("Expected the end within " + limit + " but came to " + this));
    }
  }

  /** The client is about to be closed. */
  final void closing() {
    isClosing = true;
  }

  /**
   * Throws unless exactly what was to come has come. To be asked when the client is closed, so that
   * it sees what came too much, too.
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
