package dev.perennial.websocket;

import dev.perennial.CloseOccasion;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The options of a WebSocket transport, as the builder had them. A value.
 *
 * @param subprotocols the subprotocols to offer
 * @param compression whether and how far the server may compress its messages
 * @param maxMessageBytes the size limit of a received message, in bytes after inflating
 * @param maxInboundMessages how many messages may wait for the engine
 * @param maxInboundBytes how many bytes these messages may have in all
 * @param keepAlive the interval between two pings, or two heartbeats; null to send neither
 * @param pingTimeout how long a ping may be unanswered
 * @param closeTimeout how long closing may take
 * @param canResume whether a connection can continue where the one before ended
 * @param heartbeat makes the message to send instead of pings; null to send pings
 * @param onOpen sends the first messages of a connection; null to send none
 * @param onControl answers control messages; null to drop them
 * @param sender the application's sender; null if it has none
 * @param handshake the handshake in messages; null if there is none
 * @param handshakeLimit how long that may take
 * @param isSenderLate whether messages of the application are refused until the stream is open
 * @param endsWithClose whether the server's plain close completes the stream
 * @param closeCodes what the server is sent when we close
 * @param messages what is done with a message before it waits for the consumer
 */
record WebSocketOptions(
    Subprotocols subprotocols,
    CompressionSettings compression,
    int maxMessageBytes,
    int maxInboundMessages,
    int maxInboundBytes,
    @Nullable Duration keepAlive,
    Duration pingTimeout,
    Duration closeTimeout,
    boolean canResume,
    @Nullable Supplier<@Nullable String> heartbeat,
    @Nullable OpenHandler onOpen,
    @Nullable ControlHandler onControl,
    @Nullable WebSocketSender sender,
    @Nullable ResumingHandshakeHandler handshake,
    Duration handshakeLimit,
    boolean isSenderLate,
    boolean endsWithClose,
    Map<CloseOccasion, Integer> closeCodes,
    MessageHandling messages) {

  /** What the server is sent when we close. */
  CloseFrame closeFrame(CloseOccasion occasion) {
    return new CloseFrame(closeCodes.getOrDefault(occasion, CloseFrame.NORMAL), "");
  }

  /** Whether pings are sent, rather than a heartbeat of the application or nothing. */
  boolean usesPings() {
    return heartbeat == null && keepAlive != null;
  }

  /**
   * Whether a connection that the consumer is too slow for is closed, to be resumed later. With a
   * heartbeat of the application the server is held back instead.
   */
  boolean putsAway() {
    return canResume && heartbeat == null;
  }
}
