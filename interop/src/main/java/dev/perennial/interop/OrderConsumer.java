package dev.perennial.interop;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.StreamSubscription;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

// region consumer
/** Stores each order once: the order and the place in the stream are in one transaction. */
@Component
final class OrderConsumer implements SmartLifecycle {

  /** An order as the server sends it. */
  record Order(long number, String item) {}

  private final EventStream<Order> orders;
  private final JdbcTemplate database;
  private final TransactionTemplate transaction;
  private @Nullable StreamSubscription subscription; // null until started, and when stopped

  OrderConsumer(EventStream<Order> orders, JdbcTemplate database, TransactionTemplate transaction) {
    this.orders = orders;
    this.database = database;
    this.transaction = transaction;
  }

  @Override
  public void start() {
    String cursor = database.queryForObject("SELECT place FROM cursors", String.class);
    subscription = orders.withCursor(cursor).subscribe(this::store);
  }

  private void store(Event<Order> event) {
    transaction.executeWithoutResult(
        status -> {
          Order order = event.data();
          database.update("INSERT INTO orders VALUES (?, ?)", order.number(), order.item());
          database.update("UPDATE cursors SET place = ?", event.cursor());
        });
  }

  @Override
  public void stop() {
    if (subscription != null) {
      subscription.close();
      subscription = null;
    }
  }

  @Override
  public boolean isRunning() {
    return subscription != null;
  }
}
// endregion
