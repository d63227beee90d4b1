/** Virtual time, scripted transports, fake servers and faults, for tests of streams. */
module dev.perennial.testkit {
  exports dev.perennial.testkit;

  requires transitive dev.perennial;
  requires com.fasterxml.jackson.databind;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;
}
