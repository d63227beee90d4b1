/** Streams of newline-delimited JSON for Perennial. */
module dev.perennial.ndjson {
  requires transitive dev.perennial.http;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports dev.perennial.ndjson;
}
