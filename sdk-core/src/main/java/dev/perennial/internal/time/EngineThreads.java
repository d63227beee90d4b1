package dev.perennial.internal.time;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The threads that a runtime has by default. For engines a thread for each task: virtual from Java
 * 24 on, where a virtual thread that blocks within {@code synchronized} no longer holds its
 * carrier; a daemon thread of the platform before. For helpers a few daemon threads, which all
 * runtimes share.
 */
public final class EngineThreads {
  private static final String NAME = "perennial-engine-";
  private static final int FIRST_WITHOUT_PINNING = 24;

  private EngineThreads() {}

  public static Executor perTask() {
    ThreadFactory virtual = virtualThreads();
    ThreadFactory factory = virtual != null ? virtual : platformThreads(NAME);
    return task -> factory.newThread(task).start();
  }

  /** Runs short tasks that may block. One that hangs does not keep others from being run. */
  public static Executor helpers() {
    return task -> Helpers.POOL.execute(task);
  }

  /** Loaded by the first task. */
  private static final class Helpers {
    static final Executor POOL = new HelperPool(platformThreads("perennial-helper-"));
  }

  private static ThreadFactory platformThreads(String name) {
    AtomicLong numbers = new AtomicLong();
    return task -> {
      Thread thread = new Thread(task, name + numbers.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** {@code Thread.ofVirtual().name(NAME, 0).factory()}, which Java 17 cannot say. */
  private static @Nullable ThreadFactory virtualThreads() {
    if (javaVersion() < FIRST_WITHOUT_PINNING) {
      return null;
    }
    try {
      Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
      Object unnamed = Thread.class.getMethod("ofVirtual").invoke(null);
      Object named = builder.getMethod("name", String.class, long.class).invoke(unnamed, NAME, 0L);
      return (ThreadFactory) builder.getMethod("factory").invoke(named);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Java " + javaVersion() + " without virtual threads", e);
    }
  }

  /** 0 where it is not a plain number, as on Android and on Java 8. */
  private static int javaVersion() {
    String version = System.getProperty("java.specification.version", "");
    return version.matches("[0-9]{1,4}") ? Integer.parseInt(version) : 0;
  }
}
