/** Streams of Server-Sent Events for Perennial. */
module dev.perennial.sse {
  requires transitive dev.perennial.http;
  requires okio;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports dev.perennial.sse;
}
