/** Subscriptions that survive. */
module dev.perennial {
  requires transitive com.fasterxml.jackson.databind;
  requires transitive io.github.resilience4j.core;
  requires transitive io.github.resilience4j.retry;
  requires transitive okhttp3;
  requires transitive org.reactivestreams;
  requires okio;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports dev.perennial;
  exports dev.perennial.flow;
  exports dev.perennial.http;
  exports dev.perennial.json;
  exports dev.perennial.spi;
}
