/** A cursor in a database, over JDBC. */
module dev.perennial.jdbc {
  requires transitive dev.perennial;
  requires transitive java.sql;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports dev.perennial.jdbc;
}
