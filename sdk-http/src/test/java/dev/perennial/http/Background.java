package dev.perennial.http;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that blocks, on a thread of its own. */
public final class Background<V> {
  private final CompletableFuture<V> result = new CompletableFuture<>();
  private final Thread thread;

  private Background(Callable<V> task) {
    thread =
        new Thread(
            () -> {
              try {
                result.complete(task.call());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            },
            "test-engine");
    thread.setDaemon(true);
  }

  public interface Action {
    void run() throws Exception;
  }

  public static <V> Background<V> call(Callable<V> task) {
    Background<V> background = new Background<>(task);
    background.thread.start();
    return background;
  }

  public static Background<Boolean> run(Action action) {
    return call(
        () -> {
          action.run();
          return true;
        });
  }

  public Thread thread() {
    return thread;
  }

  public V get() throws Exception {
    return result.get(20, TimeUnit.SECONDS);
  }

  /** What it threw, when it did so within a second. */
  public <E extends Throwable> E failure(Class<E> type) {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> result.get(1, TimeUnit.SECONDS));
    return type.cast(failure.getCause());
  }

  /** Whether it still runs after a moment, in which it had time to end. */
  public boolean isStillRunning() throws Exception {
    try {
      result.get(50, TimeUnit.MILLISECONDS);
      return false;
    } catch (ExecutionException e) {
      return false;
    } catch (TimeoutException e) {
      return true;
    }
  }

  public static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("Gave up waiting");
    }
  }
}
