package dev.perennial.jdbc;

import org.h2.jdbcx.JdbcDataSource;

/** A process that waits for the cursor, says that it has it, and saves without end. */
final class Contender {
  private Contender() {}

  public static void main(String[] args) throws Exception {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL(args[0]);
    try (JdbcCursorStore store =
        JdbcCursorStore.builder(database, "orders").createTable().build()) {
      System.out.println("waiting");
      String cursor = store.load();
      System.out.println("active " + store.fencingToken() + " " + cursor);
      for (long i = cursor == null ? 1 : Long.parseLong(cursor) + 1; true; i++) {
        store.save(Long.toString(i));
        System.out.println("saved " + i);
        Thread.sleep(20);
      }
    }
  }
}
