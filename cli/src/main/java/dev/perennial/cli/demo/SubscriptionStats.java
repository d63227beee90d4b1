package dev.perennial.cli.demo;

import java.time.Duration;

/**
 * What the observer of the demo has counted so far.
 *
 * @param isOpen whether a connection is open
 * @param openedNanos the {@link System#nanoTime} when it opened; meaningful only while it is open
 * @param attempt the number of the last attempt since the backoff was last reset, from 1
 * @param opened connections that were opened
 * @param ended connections and attempts that ended
 * @param failedAttempts attempts that ended before they were open
 * @param suppressed duplicates that were suppressed
 * @param waits waits before an attempt
 * @param waited the sum of these waits
 * @param longestWait the longest of them
 */
record SubscriptionStats(
    boolean isOpen,
    long openedNanos,
    int attempt,
    long opened,
    long ended,
    long failedAttempts,
    long suppressed,
    long waits,
    Duration waited,
    Duration longestWait) {}
