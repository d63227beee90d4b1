package dev.perennial.internal.consumer;

import dev.perennial.StreamException;
import org.jspecify.annotations.Nullable;

/** What is common to calls of the consumer's code. */
public final class Callbacks {

  /** A callback. */
  public interface Callback {
    void run() throws Exception;
  }

  private Callbacks() {}

  /**
   * Makes the last call. What it throws can end nothing any more, so it goes to the thread's
   * handler of uncaught exceptions.
   */
  public static void runLast(Callback callback) {
    try {
      callback.run();
    } catch (Throwable thrown) {
      reportUncaught(thrown);
    }
  }

  private static void reportUncaught(Throwable thrown) {
    Thread thread = Thread.currentThread();
    try {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
    } catch (Throwable ignored) {
      // As the JVM does, which ignores what a handler throws.
    }
  }

  /** Returns the failure as the public API shows it; null stays null. */
  public static @Nullable StreamException asStreamException(@Nullable Throwable failure) {
    if (failure == null || failure instanceof StreamException) {
      return (StreamException) failure;
    }
    StreamException.Reason reason =
        failure instanceof IllegalArgumentException
            ? StreamException.Reason.CONSUMER
            : StreamException.Reason.INTERNAL;
    return new StreamException(reason, String.valueOf(failure.getMessage()), failure);
  }
}
