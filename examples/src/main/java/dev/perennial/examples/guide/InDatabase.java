package dev.perennial.examples.guide;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.jdbc.JdbcCursorStore;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** A cursor in a database. */
final class InDatabase {
  private InDatabase() {}

  /** An order. */
  record Order(String id) {}

  // region store
  static void follow(EventStream<Order> orders, DataSource database, Consumer<Order> handle) {
    try (JdbcCursorStore store = JdbcCursorStore.builder(database, "orders").createTable().build();
        EventReader<Order> reader = orders.withCursorStore(store).open()) {
      for (Event<Order> event : reader) {
        handle.accept(event.data());
      }
    }
  }
  // endregion
}
