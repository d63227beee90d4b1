package dev.perennial.tests.torture;

/** What may go wrong, or merely happens, in one run. A run that failed is repeated without some. */
enum Fault {
  // The network.
  CONNECTION_REFUSED,
  CONNECT_HANGS,
  CUT,
  SILENCE,
  SLOW_OPEN,
  // The server.
  ORDERLY_END,
  STATUS_503,
  RETRY_AFTER,
  RETRY_FIELD,
  HEARTBEAT,
  CHECKPOINT,
  REPLAYS_TOO_MUCH,
  LAGGING_REPLICA,
  IN_BAND_ERROR,
  GONE,
  GAP_IN_BAND,
  NEW_EPOCH,
  MALFORMED_EVENT,
  // The device.
  LONG_PAUSE,
  // The application.
  PARK,
  WAKE,
  SAVE_FAILS,
  SLOW_CONSUMER,
  LATE_ACKNOWLEDGEMENT,
  OBSERVER_THROWS(true),
  CONSUMER_THROWS(true),
  EXECUTOR_REJECTS(true),
  CLOSE(true);

  /** Whether it may end the subscription. */
  final boolean isEnd;

  Fault() {
    this(false);
  }

  Fault(boolean isEnd) {
    this.isEnd = isEnd;
  }
}
