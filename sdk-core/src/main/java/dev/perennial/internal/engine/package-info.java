/**
 * The engine: the loop that connects, reads, delivers and waits, on one thread per subscription.
 *
 * <p>Belongs here: {@link dev.perennial.internal.engine.Engine} with its loop, what one connection
 * goes through, what other threads ask of the engine, and reports to observers. Does not belong
 * here: how failures are treated ({@code internal.retry}), what remembers the place in the stream
 * ({@code internal.resume}), queues and callbacks ({@code internal.delivery}). Refers to all of
 * these; only {@link dev.perennial.EventStream} and the options it collects refer to this package.
 */
@NullMarked
package dev.perennial.internal.engine;

import org.jspecify.annotations.NullMarked;
