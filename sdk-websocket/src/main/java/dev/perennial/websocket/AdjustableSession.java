package dev.perennial.websocket;

import java.time.Duration;

/** What {@link WebSocketSettings} change of the connection that is open. Any thread may call it. */
interface AdjustableSession {
  /** Sends pings or heartbeats with this interval from now on. */
  void keepAliveEvery(Duration interval);

  /** Has another connection take over after this time. */
  void replaceAfter(long nanos);
}
