package dev.perennial;

/**
 * What a subscription emits, in order: an {@link Event}, a {@link Gap} between events, or a new
 * {@link StreamState}.
 *
 * @param <T> the type of the events' data
 * @since 0.1.0
 */
public sealed interface Signal<T> permits Event, Gap, StreamState {}
