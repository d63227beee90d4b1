/**
 * Delivers events, gaps and states from the engine to the consumer: directly, through a bounded
 * queue to an executor, or to a thread that reads.
 *
 * <p>Belongs here: on which thread and when the consumer is called. Does not belong here:
 * connections, and decisions about them. Refers to {@code internal.consumer}, {@code
 * internal.queue}, {@code internal.resume} and {@code internal.time}; what it needs of the engine
 * is {@link dev.perennial.internal.delivery.DeliveryHost}.
 */
@NullMarked
package dev.perennial.internal.delivery;

import org.jspecify.annotations.NullMarked;
