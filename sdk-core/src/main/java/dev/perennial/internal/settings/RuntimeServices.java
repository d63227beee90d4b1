package dev.perennial.internal.settings;

import dev.perennial.internal.retry.HostRateLimiter;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.spi.StreamLog;
import dev.perennial.spi.Timekeeper;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the engines of one runtime share.
 *
 * @param engineThreads runs the engines, each for as long as its subscription lives
 * @param helpers runs short tasks that may block
 * @param timekeeper the clock, the waits and the timer
 * @param random the source of jitter, from 0 (inclusive) to 1 (exclusive)
 * @param hostRateLimiter limits the attempts per host
 * @param network knows whether there is a network; null when nothing does
 * @param log where subscriptions write
 */
public record RuntimeServices(
    Executor engineThreads,
    Executor helpers,
    Timekeeper timekeeper,
    DoubleSupplier random,
    HostRateLimiter hostRateLimiter,
    @Nullable NetworkMonitor network,
    StreamLog log) {}
