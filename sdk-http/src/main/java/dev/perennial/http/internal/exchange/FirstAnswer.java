package dev.perennial.http.internal.exchange;

import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A response that the caller has already, which the first connection of a stream reads. */
public final class FirstAnswer {
  private final AtomicReference<@Nullable Response> unread;
  private final Runnable cancel;

  /**
   * Makes one that is not read yet.
   *
   * @param cancel ends a read of the response that waits
   */
  public FirstAnswer(Response response, Runnable cancel) {
    this.unread = new AtomicReference<>(response);
    this.cancel = cancel;
  }

  /** Returns the response; null when it was taken already. Any thread. */
  @Nullable Response take() {
    return unread.getAndSet(null);
  }

  /** Runs the caller's code. What it throws must not end what else is to be closed. */
  void cancel() {
    try {
      cancel.run();
    } catch (RuntimeException e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }
}
