/** Metrics of subscriptions, with Micrometer. */
module dev.perennial.micrometer {
  requires transitive dev.perennial;
  requires transitive micrometer.core;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports dev.perennial.micrometer;
}
