package dev.perennial.testkit;

import org.jspecify.annotations.Nullable;

/**
 * A request to a {@link FakeStreamServer} and how it was answered.
 *
 * @param request the request, with its headers and time of arrival
 * @param status the HTTP status of the answer
 * @param cursor the cursor that the request asked to go on after, or null when it had none
 * @since 0.1.0
 */
public record ServedRequest(ReceivedRequest request, int status, @Nullable String cursor) {}
