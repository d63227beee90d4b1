/** Subscriptions that survive. */
@SuppressWarnings("module") // Modules that are built after this one.
module dev.perennial {
  requires transitive io.github.resilience4j.core;
  requires transitive io.github.resilience4j.retry;
  requires transitive org.reactivestreams;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  uses dev.perennial.spi.StreamLog;

  exports dev.perennial;
  exports dev.perennial.flow;
  exports dev.perennial.spi;
  exports dev.perennial.internal.json to
      dev.perennial.http,
      dev.perennial.jackson3;
  exports dev.perennial.internal.time to
      dev.perennial.http,
      dev.perennial.websocket;
}
