package dev.perennial.internal.log;

import dev.perennial.spi.StreamLog;
import org.jspecify.annotations.Nullable;

/**
 * The program's {@link System.Logger}, which not every Android has: {@link DefaultLog} loads this
 * class only where it can be.
 */
final class SystemLog implements StreamLog {
  private final System.Logger logger = System.getLogger("dev.perennial");

  @Override
  public boolean isLogged(Level level) {
    return logger.isLoggable(systems(level));
  }

  @Override
  public void log(Level level, String message, @Nullable Throwable failure) {
    logger.log(systems(level), message, failure);
  }

  private static System.Logger.Level systems(Level level) {
    if (level == Level.DEBUG) { // No switch: it would be a class of its own.
      return System.Logger.Level.DEBUG;
    }
    return level == Level.INFO ? System.Logger.Level.INFO : System.Logger.Level.WARNING;
  }
}
