package dev.perennial.sample;

/** How the endpoint speaks. */
enum FeedTransport {
  SSE,
  NDJSON,
  WEBSOCKET
}
