package dev.perennial.testkit;

import java.util.concurrent.atomic.AtomicInteger;

/** What the clients of a WebSocket server have sent, over all connections. */
final class WebSocketTally {
  final Recorder<ReceivedMessage> messages;
  final Recorder<Integer> closeCodes;
  final AtomicInteger pings = new AtomicInteger();
  final AtomicInteger pongs = new AtomicInteger();
  final AtomicInteger pingMessages = new AtomicInteger();
  final AtomicInteger pongMessages = new AtomicInteger();

  WebSocketTally(int recorded) {
    messages = new Recorder<>("message", recorded);
    closeCodes = new Recorder<>("close frame", recorded);
  }
}
