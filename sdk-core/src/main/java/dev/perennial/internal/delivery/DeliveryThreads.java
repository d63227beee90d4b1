package dev.perennial.internal.delivery;

import dev.perennial.spi.Timekeeper;
import java.util.concurrent.Executor;

/**
 * Where a {@link QueuedDelivery} calls the consumer.
 *
 * @param executor runs the drains
 * @param isShared whether the engine thread also drains what it puts in, because the consumer has
 *     no executor of its own: then {@code executor} is the runtime's
 * @param runtime runs the check whether the executor has dropped a task
 * @param time says when to check
 */
public record DeliveryThreads(
    Executor executor, boolean isShared, Executor runtime, Timekeeper time) {

  /** Drains on the subscription's own threads: the engine's, or another one of the runtime. */
  public static DeliveryThreads ofRuntime(Executor runtime, Timekeeper time) {
    return new DeliveryThreads(runtime, /* isShared= */ true, runtime, time);
  }

  /** Drains on the consumer's executor only. */
  public static DeliveryThreads of(Executor executor, Executor runtime, Timekeeper time) {
    return new DeliveryThreads(executor, /* isShared= */ false, runtime, time);
  }
}
