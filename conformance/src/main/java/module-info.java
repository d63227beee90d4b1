/** Rules for clients of live streams, and the faulty servers that try them. */
module dev.perennial.conformance {
  exports dev.perennial.conformance;

  requires transitive dev.perennial;
  requires com.fasterxml.jackson.databind;
  requires dev.perennial.testkit;
  requires java.xml;
  requires static com.google.errorprone.annotations;
  requires static transitive org.junit.jupiter.api;
  requires static transitive org.jspecify;
}
