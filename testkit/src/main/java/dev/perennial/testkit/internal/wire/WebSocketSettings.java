package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.WebSocketFrame;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a server for each of its WebSockets.
 *
 * @param subprotocols the supported subprotocols, the best first
 * @param heartbeat null when there are none
 * @param pingMessageInterval null when there are none
 * @param closeAtEnd sent at the end of the log
 * @param closeOfConnection sent when events follow for a client that connects again
 */
public record WebSocketSettings(
    JsonEventFormat events,
    List<String> subprotocols,
    boolean answersPings,
    @Nullable Duration heartbeat,
    boolean heartbeatMessages,
    @Nullable Duration pingMessageInterval,
    WebSocketFrame closeAtEnd,
    WebSocketFrame closeOfConnection) {}
