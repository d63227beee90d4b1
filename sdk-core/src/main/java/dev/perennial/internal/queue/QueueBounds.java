package dev.perennial.internal.queue;

/**
 * How much may wait between the engine and the consumer, and what happens when more comes.
 *
 * @param maxEvents how many events
 * @param maxBytes how many bytes their payloads may have together; one event may exceed it alone
 */
public record QueueBounds(OverflowMode overflow, int maxEvents, long maxBytes) {}
