package dev.perennial.internal.engine;

import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An attempt, as its transport sees it. */
record NumberedAttempt(
    int number,
    long connection,
    @Nullable String cursor,
    Duration timeout,
    boolean isAfterWake,
    Timekeeper timekeeper,
    StreamRuntime runtime,
    StreamSubscription subscription)
    implements Attempt {}
