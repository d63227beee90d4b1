package dev.perennial.testkit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt to connect, as a {@link ScriptedTransport} saw it.
 *
 * @param number the attempt's number, from 1, since reconnecting last succeeded for good
 * @param connection the connection's number within the subscription
 * @param cursor what the attempt asked for; null when it asked for nothing
 * @param startedAt when it began, since the start of the virtual time
 * @param isClosed whether the connection has been closed
 * @since 0.1.0
 */
public record ScriptedAttempt(
    int number, long connection, @Nullable String cursor, Duration startedAt, boolean isClosed) {}
