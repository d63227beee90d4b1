/** Streams of WebSocket messages for Perennial. */
module dev.perennial.websocket {
  requires transitive dev.perennial.http;
  requires okio;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports dev.perennial.websocket;
}
