package dev.perennial.sample;

/** The transport that the endpoint uses. */
enum FeedTransport {
  SSE,
  NDJSON,
  WEBSOCKET
}
