package dev.perennial.internal.log;

import dev.perennial.spi.StreamLog;
import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The log of a program that has set none: what a platform's library provides, or else the system's
 * logger where there is one. It is looked up when the first line may be written, and only once.
 */
public final class DefaultLog implements StreamLog {
  public static final StreamLog INSTANCE = new DefaultLog();

  private DefaultLog() {}

  private static final class Found {
    static final StreamLog LOG = find();
  }

  @Override
  public boolean isLogged(Level level) {
    return Found.LOG.isLogged(level);
  }

  @Override
  public void log(Level level, String message, @Nullable Throwable failure) {
    Found.LOG.log(level, message, failure);
  }

  private static StreamLog find() {
    try {
      Iterator<StreamLog> provided =
          ServiceLoader.load(StreamLog.class, StreamLog.class.getClassLoader()).iterator();
      if (provided.hasNext()) {
        return provided.next();
      }
    } catch (ServiceConfigurationError e) {
      // A provider that cannot be used is as good as none.
    }
    try {
      return new SystemLog();
    } catch (LinkageError e) {
      return StreamLog.none(); // An older Android.
    }
  }
}
