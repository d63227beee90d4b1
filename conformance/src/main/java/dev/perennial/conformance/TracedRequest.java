package dev.perennial.conformance;

import dev.perennial.testkit.ReceivedRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request that the servers of a scenario received.
 *
 * @param number from 1, over both origins
 * @param isAtOther whether it came to the other origin
 * @param atNanos since the run began
 * @param request the request
 * @param cursor what it asked to go on after; null when it asked for nothing
 */
record TracedRequest(
    int number,
    boolean isAtOther,
    long atNanos,
    ReceivedRequest request,
    @Nullable String cursor) {}
