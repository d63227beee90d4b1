package dev.perennial.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.EventStream;
import dev.perennial.interop.OrderConsumer.Order;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.Cut;
import java.util.List;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A consumer in a Spring application, with a database. */
class OrderConsumerTest extends Served {
  private final DataSource dataSource = dataSource();
  private final JdbcTemplate database = new JdbcTemplate(dataSource);

  private static DataSource dataSource() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:orders" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");
    return source;
  }

  @BeforeEach
  void makeTables() {
    database.execute("CREATE TABLE orders (number BIGINT PRIMARY KEY, item VARCHAR(100))");
    database.execute("CREATE TABLE cursors (place VARCHAR(4096))");
    database.execute("INSERT INTO cursors VALUES (NULL)");
  }

  @Test
  void eachOrderIsStoredOnceThoughConnectionsBreakAndTheApplicationRestarts() {
    append(1, 3);
    try (AnnotationConfigApplicationContext application = application()) {
      awaitStored(3);
      server.cutAll(Cut.RST);
      append(4, 5);
      awaitStored(5);
    }
    append(6, 7);
    try (AnnotationConfigApplicationContext application = application()) {
      awaitStored(7);
      assertEquals("7", database.queryForObject("SELECT place FROM cursors", String.class));
    }
    awaitLeft();

    assertEquals(
        LongStream.rangeClosed(1, 7).boxed().toList(),
        database.queryForList("SELECT number FROM orders ORDER BY number", Long.class));
  }

  @Test
  void orderThatCannotBeStoredDoesNotMoveThePlace() {
    append(1, 1);
    append(1, 1); // The same number again.
    try (AnnotationConfigApplicationContext application = application()) {
      awaitStored(1);
      awaitLeft(); // The subscription has ended.
    }

    assertEquals("1", database.queryForObject("SELECT place FROM cursors", String.class));
    assertEquals(List.of(1L), database.queryForList("SELECT number FROM orders", Long.class));
  }

  private void append(long first, long last) {
    LongStream.rangeClosed(first, last)
        .forEach(number -> log.append("{\"number\":" + number + ",\"item\":\"book\"}"));
  }

  private void awaitStored(long orders) {
    Soon.holds(
        orders + " orders are stored",
        () ->
            Long.valueOf(orders)
                .equals(database.queryForObject("SELECT count(*) FROM orders", Long.class)));
  }

  private AnnotationConfigApplicationContext application() {
    EventStream<Order> orders = Sse.stream(url(), Order.class).withRetry(QUICK);
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.registerBean(JdbcTemplate.class, () -> database);
    context.registerBean(
        TransactionTemplate.class,
        () -> new TransactionTemplate(new DataSourceTransactionManager(dataSource)));
    context.registerBean(
        OrderConsumer.class,
        () ->
            new OrderConsumer(
                orders,
                context.getBean(JdbcTemplate.class),
                context.getBean(TransactionTemplate.class)));
    context.refresh();
    return context;
  }
}
