/**
 * The engine: the loop that connects, reads, delivers and waits, on one thread per subscription.
 *
 * <p>Belongs here: {@link dev.perennial.internal.engine.Engine} with its loop, what one connection
 * and one event go through, waits, and reports to observers. Does not belong here: how failures are
 * treated ({@code internal.retry}), what remembers the place in the stream ({@code
 * internal.resume}), queues and callbacks ({@code internal.delivery}), what other threads touch
 * ({@code internal.control}). Refers to all of these; only {@link dev.perennial.EventStream} and
 * its options refer to this package.
 */
@NullMarked
package dev.perennial.internal.engine;

import org.jspecify.annotations.NullMarked;
