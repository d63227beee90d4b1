package dev.perennial.websocket;

/** Calls code of the application that can end nothing. */
final class ForeignCalls {
  private ForeignCalls() {}

  /** Runs it. What it throws goes to the thread's handler of uncaught exceptions. */
  static void run(Runnable call) {
    try {
      call.run();
    } catch (Throwable thrown) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
    }
  }
}
