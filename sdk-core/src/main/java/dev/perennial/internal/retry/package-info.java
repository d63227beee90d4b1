/**
 * Decides what follows the end of a connection: complete, fail, report a gap, refresh the
 * credential, or try again after which delay.
 *
 * <p>Belongs here: the forms of a failure ({@link dev.perennial.internal.retry.ConnectionEnd} in,
 * {@link dev.perennial.internal.retry.NextStep} out), the failure table, backoff, jitter and the
 * limit of attempts per host. Does not belong here: waiting, I/O and anything that a second thread
 * touches, except {@link dev.perennial.internal.retry.HostRateLimiter}. Refers to {@code
 * internal.time} only.
 */
@NullMarked
package dev.perennial.internal.retry;

import org.jspecify.annotations.NullMarked;
