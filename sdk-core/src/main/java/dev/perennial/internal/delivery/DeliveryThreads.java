package dev.perennial.internal.delivery;

import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Timekeeper;
import java.util.concurrent.Executor;

/**
 * Where a {@link QueuedDelivery} calls the consumer.
 *
 * @param executor runs the drains
 * @param isShared whether the engine thread also drains what it puts in, because the consumer has
 *     no executor of its own: then {@code executor} is the runtime's
 * @param limitNanos how long the executor may begin no task, before it is given up
 * @param runtime runs the check whether the executor has dropped a task
 * @param time says when to check
 */
public record DeliveryThreads(
    Executor executor, boolean isShared, long limitNanos, Executor runtime, Timekeeper time) {

  /** Drains on the subscription's own threads: the engine's, or another one of the runtime. */
  public static DeliveryThreads ofRuntime(Executor runtime, Timekeeper time) {
    return new DeliveryThreads(runtime, /* isShared= */ true, Nanos.FOREVER, runtime, time);
  }

  /** Drains on the consumer's executor only. */
  public static DeliveryThreads of(
      Executor executor, long limitNanos, Executor runtime, Timekeeper time) {
    return new DeliveryThreads(executor, /* isShared= */ false, limitNanos, runtime, time);
  }
}
