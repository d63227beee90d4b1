/**
 * The system's clock, timer and threads, and saturating arithmetic on nanoseconds.
 *
 * <p>Belongs here: what runs or measures time for every subscription. Does not belong here:
 * anything that knows what a subscription is. Refers to no other internal package.
 */
@NullMarked
package dev.perennial.internal.time;

import org.jspecify.annotations.NullMarked;
