package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.ReceivedMessage;
import dev.perennial.testkit.internal.Recorder;
import java.util.concurrent.atomic.AtomicInteger;

/** What the clients of a WebSocket server have sent, over all connections. */
public record WebSocketTally(
    Recorder<ReceivedMessage> messages,
    Recorder<Integer> closeCodes,
    AtomicInteger pings,
    AtomicInteger pongs,
    AtomicInteger pingMessages,
    AtomicInteger pongMessages) {

  /** Returns an empty tally that keeps the last {@code recorded} messages and close codes. */
  public static WebSocketTally recordingLast(int recorded) {
    return new WebSocketTally(
        new Recorder<>("message", recorded),
        new Recorder<>("close frame", recorded),
        new AtomicInteger(),
        new AtomicInteger(),
        new AtomicInteger(),
        new AtomicInteger());
  }
}
