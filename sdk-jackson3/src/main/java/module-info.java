/** JSON decoding with Jackson 3. */
@SuppressWarnings("module") // The digit is part of the name.
module dev.perennial.jackson3 {
  requires transitive dev.perennial;
  requires transitive tools.jackson.databind;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports dev.perennial.jackson3;
}
