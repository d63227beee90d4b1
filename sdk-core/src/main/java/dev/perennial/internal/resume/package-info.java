/**
 * Resumes a stream without losing or repeating events: the acknowledged cursor and its store, the
 * window of recent ids, and the check of declared sequences.
 *
 * <p>Belongs here: what remembers where a subscription is in its stream. Does not belong here: what
 * calls the consumer, and what connects. Refers to {@code internal.time} only.
 */
@NullMarked
package dev.perennial.internal.resume;

import org.jspecify.annotations.NullMarked;
