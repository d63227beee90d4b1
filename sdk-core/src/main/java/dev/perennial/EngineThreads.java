package dev.perennial;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A thread for each task: virtual from Java 24 on, where a virtual thread that blocks within {@code
 * synchronized} no longer holds its carrier; a daemon thread of the platform before.
 */
final class EngineThreads {
  private static final String NAME = "perennial-engine-";
  private static final int FIRST_WITHOUT_PINNING = 24;

  private EngineThreads() {}

  static Executor perTask() {
    ThreadFactory virtual = virtualThreads();
    ThreadFactory factory = virtual != null ? virtual : platformThreads();
    return task -> factory.newThread(task).start();
  }

  private static ThreadFactory platformThreads() {
    AtomicLong numbers = new AtomicLong();
    return task -> {
      Thread thread = new Thread(task, NAME + numbers.getAndIncrement());
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
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
      MethodHandle ofVirtual =
          lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
      MethodHandle name =
          lookup.findVirtual(
              builder, "name", MethodType.methodType(builder, String.class, long.class));
      MethodHandle factory =
          lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
      return (ThreadFactory) factory.invoke(name.invoke(ofVirtual.invoke(), NAME, 0L));
    } catch (Throwable e) {
      throw new IllegalStateException("Java " + javaVersion() + " without virtual threads", e);
    }
  }

  /** 0 where it is not a plain number, as on Android and on Java 8. */
  private static int javaVersion() {
    String version = System.getProperty("java.specification.version", "");
    return version.matches("[0-9]{1,4}") ? Integer.parseInt(version) : 0;
  }
}
