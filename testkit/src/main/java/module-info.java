/** What tests a stream, a transport or a client. */
module dev.perennial.testkit {
  exports dev.perennial.testkit;
  exports dev.perennial.testkit.conformance;

  requires transitive dev.perennial;
  requires transitive mockwebserver3;
  requires dev.perennial.sse;
  requires okhttp3.tls;
  requires java.xml;
  requires okio;
  requires static com.google.errorprone.annotations;
  requires static transitive org.junit.jupiter.api;
  requires static transitive org.jspecify;
}
