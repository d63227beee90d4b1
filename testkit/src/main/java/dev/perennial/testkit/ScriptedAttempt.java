package dev.perennial.testkit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt to connect through a {@link ScriptedTransport}.
 *
 * @param number the attempt's number since the last success, from 1
 * @param connection the connection's number within the subscription
 * @param cursor the cursor that the attempt asked to resume after; null when it had none
 * @param startedAt when it began, since the start of the virtual time
 * @param isClosed whether the connection has been closed
 * @since 0.1.0
 */
public record ScriptedAttempt(
    int number, long connection, @Nullable String cursor, Duration startedAt, boolean isClosed) {}
