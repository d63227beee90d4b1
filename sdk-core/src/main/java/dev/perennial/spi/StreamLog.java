package dev.perennial.spi;

import org.jspecify.annotations.Nullable;

/**
 * Where subscriptions write what happens to them: failures, recoveries, and details for debugging.
 * Nothing is written per event, and no secret of a request.
 *
 * <p>By default it is the {@link System.Logger} named {@code dev.perennial}, so that
 * java.util.logging, Log4j or slf4j get it, whichever the program has. A program may bring its own
 * with {@link dev.perennial.StreamRuntime.Builder#log}; a platform without {@code System.Logger}
 * provides one to the {@link java.util.ServiceLoader}.
 *
 * <p>Both methods are called by several threads, with no lock held, and must return quickly. What
 * they throw goes to the thread's handler of uncaught exceptions and ends nothing.
 *
 * @since 0.1.0
 */
public interface StreamLog {

  /** How much a line matters. */
  enum Level {
    /** Each step, such as an attempt or an orderly end. */
    DEBUG,
    /** The first failure of an outage, and the recovery from it. */
    INFO,
    /** A failure that ended a subscription and that no callback has taken. */
    WARN
  }

  /** Whether lines of this level are written. Asked before a line is made. */
  boolean isLogged(Level level);

  /**
   * Writes one line.
   *
   * @param failure what its stack trace is written of; null for none
   */
  void log(Level level, String message, @Nullable Throwable failure);

  /** Returns a log that writes nothing. */
  static StreamLog none() {
    return new StreamLog() {
      @Override
      public boolean isLogged(Level level) {
        return false;
      }

      @Override
      public void log(Level level, String message, @Nullable Throwable failure) {
        // Nothing is logged.
      }
    };
  }
}
