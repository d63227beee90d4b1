package dev.perennial.websocket;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a WebSocket transport was told. A value.
 *
 * @param subprotocols offered, the most wanted first
 * @param isCompressed whether the server may compress
 * @param maxMessageBytes the most bytes that a message may have
 * @param handOffFrames the most messages between socket and consumer
 * @param handOffBytes the most bytes of them
 * @param heartbeat how the connection shows that it is alive
 * @param onOpen sends first; null for nothing
 * @param onControl answers control messages; null for no answer
 * @param sender the caller's; null for none
 */
record WebSocketOptions(
    List<String> subprotocols,
    boolean isCompressed,
    int maxMessageBytes,
    int handOffFrames,
    int handOffBytes,
    Heartbeat heartbeat,
    @Nullable OpenHandler onOpen,
    @Nullable ControlHandler onControl,
    @Nullable WebSocketSender sender) {}
