package dev.perennial.spi;

import dev.perennial.Payload;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that a server counts its events with, each one more than the last: what makes a hole
 * visible.
 *
 * @param key finds the key of the sequence that an event belongs to; null, or a result of null,
 *     where there is one sequence for the stream
 * @param number finds the event's number in decimal digits; null for an event without a number
 * @since 0.1.0
 */
public record Sequence(
    @Nullable Function<? super Payload, @Nullable String> key,
    Function<? super Payload, @Nullable String> number) {}
