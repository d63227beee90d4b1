package dev.perennial.conformance.scenario;

import dev.perennial.testkit.ReceivedRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request that the servers of a run received.
 *
 * @param number from 1, over both origins
 * @param isAtOther whether it came to the other origin
 * @param atNanos since the run began
 * @param request the request
 * @param cursor the cursor that it asked to resume after; null when it had none
 */
public record TracedRequest(
    int number,
    boolean isAtOther,
    long atNanos,
    ReceivedRequest request,
    @Nullable String cursor) {}
