/**
 * The bounded queue between the engine and the consumer, and the states of its delivery.
 *
 * <p>Belongs here: what waits, how much of it, and who may deliver it. Does not belong here: calls
 * of the consumer, of an executor or of the subscription. These classes decide, and {@code
 * internal.delivery} acts. Refers to {@code internal.consumer}.
 */
@NullMarked
package dev.perennial.internal.queue;

import org.jspecify.annotations.NullMarked;
