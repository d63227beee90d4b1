/**
 * Where other threads meet the engine: their requests, what they may see, and the subscription that
 * the consumer holds.
 *
 * <p>Belongs here: everything of a subscription that more than one thread touches, except queues.
 * Does not belong here: the loop. Refers to {@code internal.settings}, {@code internal.retry},
 * {@code internal.resume}, {@code internal.delivery} and {@code internal.time}.
 */
@NullMarked
package dev.perennial.internal.control;

import org.jspecify.annotations.NullMarked;
