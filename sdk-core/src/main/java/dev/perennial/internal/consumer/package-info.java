/**
 * Calls the consumer's code: its callbacks, its demand, and what it throws.
 *
 * <p>Belongs here: every call of a listener or subscriber. Does not belong here: when it is called,
 * which is for {@code internal.delivery}. Refers to nothing but the public types.
 */
@NullMarked
package dev.perennial.internal.consumer;

import org.jspecify.annotations.NullMarked;
