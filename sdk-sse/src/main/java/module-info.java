/** Server-Sent Events. */
module dev.perennial.sse {
  requires transitive dev.perennial.http;
  requires okio;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports dev.perennial.sse;
}
