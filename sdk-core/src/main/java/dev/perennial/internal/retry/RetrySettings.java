package dev.perennial.internal.retry;

import dev.perennial.StreamException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a retry policy says. An immutable value.
 *
 * @param backoff makes the backoff of each subscription
 * @param rules the caller's own rules; returns null for a failure that the table decides
 * @param maxElapsed how long reconnecting may fail in a row; null for no limit
 * @param serverDelayLimit the longest {@code Retry-After} that is obeyed in full
 * @param isNever whether the end of the first connection ends the subscription
 */
public record RetrySettings(
    Backoff.Factory backoff,
    Function<StreamException, @Nullable Treatment> rules,
    @Nullable Duration maxElapsed,
    Duration serverDelayLimit,
    boolean isNever) {}
