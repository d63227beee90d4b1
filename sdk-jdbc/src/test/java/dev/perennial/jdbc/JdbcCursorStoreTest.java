package dev.perennial.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cursor in a database that several stores ask for. */
@Timeout(120)
class JdbcCursorStoreTest {
  private static final Duration LEASE = Duration.ofMillis(400);

  /** Longer than a busy machine keeps a thread from running. */
  private static final Duration LONG_LEASE = Duration.ofSeconds(8);

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final JdbcDataSource database = new JdbcDataSource();
  private final Connection kept; // Keeps the database in memory.

  /** Whether the first process is cut off from the database. */
  private volatile boolean isCut;

  JdbcCursorStoreTest() throws SQLException {
    database.setURL("jdbc:h2:mem:cursors" + NAMES.incrementAndGet());
    kept = database.getConnection();
  }

  @AfterEach
  void drop() throws SQLException {
    kept.close();
  }

  private JdbcCursorStore.Builder builder() {
    return builder(database);
  }

  private static JdbcCursorStore.Builder builder(DataSource source) {
    return JdbcCursorStore.builder(source, "orders").createTable().lease(LEASE);
  }

  /** The database as a process sees it that may be cut off. */
  private DataSource cuttable() {
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (isCut) {
                throw new SQLException("unreachable");
              }
              try {
                return method.invoke(database, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static CompletableFuture<String> loading(JdbcCursorStore store) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return String.valueOf(store.load());
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        task -> new Thread(task).start());
  }

  @Test
  void theCursorIsFoundByTheNextStore() throws IOException {
    try (JdbcCursorStore store = builder().build()) {
      assertNull(store.load());
      store.save("7");
      assertEquals("7", store.load());
      assertEquals(1, store.fencingToken());
    }
    try (JdbcCursorStore next = builder().build()) {
      assertEquals("7", next.load());
      assertEquals(2, next.fencingToken());
    }
  }

  @Test
  void theTableIsCreatedOnRequestOnly() throws IOException {
    try (JdbcCursorStore store =
        JdbcCursorStore.builder(database, "orders").table("elsewhere").build()) {
      IOException failure = assertThrows(IOException.class, store::load);
      assertTrue(
          failure
              .getMessage()
              .startsWith("The cursor in the row \"orders\" of elsewhere cannot be read: "),
          failure::getMessage);
    }
  }

  @Test
  void aSecondStoreWaitsUntilTheFirstIsClosed() throws Exception {
    JdbcCursorStore first = builder().lease(LONG_LEASE).build();
    first.load();
    try (JdbcCursorStore second = builder().lease(LONG_LEASE).build()) {
      CompletableFuture<String> waiting = loading(second);
      for (int i = 1; i <= 20; i++) {
        first.save(Integer.toString(i));
        Thread.sleep(20);
        assertFalse(waiting.isDone());
      }

      first.close();

      assertEquals("20", waiting.get(60, TimeUnit.SECONDS));
    }
  }

  @Test
  void aSecondStoreIsRefusedWhenItAsksForThat() throws Exception {
    try (JdbcCursorStore first = builder().lease(LONG_LEASE).build();
        JdbcCursorStore second = builder().lease(LONG_LEASE).refuseWhenHeld().build()) {
      first.load();

      IOException refused = assertThrows(IOException.class, second::load);

      assertEquals(
          "The cursor in the row \"orders\" of perennial_cursors is held by another process",
          refused.getMessage());
    }
  }

  @Test
  void closingAStoreEndsItsWait() throws Exception {
    try (JdbcCursorStore first = builder().lease(LONG_LEASE).build()) {
      first.load();
      JdbcCursorStore second = builder().lease(LONG_LEASE).build();
      CompletableFuture<String> waiting = loading(second);

      second.close();

      CompletionException failure = assertThrows(CompletionException.class, waiting::join);
      assertInstanceOf(IOException.class, failure.getCause());
    }
  }

  @Test
  void whoWasCutOffIsTakenOverAndCannotSaveAnyMore() throws Exception {
    CountDownLatch informed = new CountDownLatch(1);
    try (JdbcCursorStore first = builder(cuttable()).onTakenOver(informed::countDown).build();
        JdbcCursorStore second = builder().build()) {
      first.load();
      first.save("1");
      isCut = true;

      assertEquals("1", second.load());
      second.save("5");
      isCut = false;

      IOException refused = assertThrows(IOException.class, () -> first.save("2"));
      assertEquals(
          "The cursor in the row \"orders\" of perennial_cursors was taken over by another process:"
              + " 1 is not its newest fencing token any more",
          refused.getMessage());
      assertTrue(informed.await(60, TimeUnit.SECONDS));
      assertThrows(IOException.class, first::load);
      assertEquals("5", second.load());
    }
  }

  @Test
  void whoIsTakenOverLearnsOfItWithoutASave() throws Exception {
    CountDownLatch informed = new CountDownLatch(1);
    try (JdbcCursorStore first = builder(cuttable()).onTakenOver(informed::countDown).build();
        JdbcCursorStore second = builder().build()) {
      first.load();
      isCut = true;
      second.load();
      isCut = false;

      assertTrue(informed.await(60, TimeUnit.SECONDS));
    }
  }

  @Test
  void aTransactionOfWhoWasTakenOverIsRefused() throws Exception {
    try (JdbcCursorStore first = builder(cuttable()).build();
        JdbcCursorStore second = builder().build();
        Connection connection = database.getConnection()) {
      first.load();
      isCut = true;
      second.load();
      connection.setAutoCommit(false);

      assertThrows(SQLException.class, () -> first.saveWith(connection, "9"));
      connection.rollback();

      second.saveWith(connection, "3");
      connection.rollback();
      assertNull(second.load());
      second.saveWith(connection, "4");
      connection.commit();
      assertEquals("4", second.load());
    }
  }

  @Test
  void poolsWithoutAutoCommitWork() throws Exception {
    DataSource manual =
        (DataSource)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  Connection connection = database.getConnection();
                  connection.setAutoCommit(false);
                  return connection;
                });
    try (JdbcCursorStore store = builder(manual).build()) {
      store.load();
      store.save("8");

      try (Statement statement = kept.createStatement();
          ResultSet row = statement.executeQuery("SELECT cursor_text FROM perennial_cursors")) {
        assertTrue(row.next());
        assertEquals("8", row.getString(1));
      }
    }
  }

  @Test
  void whatMakesNoSenseIsRefusedWhereItIsSet() {
    assertThrows(
        IllegalArgumentException.class, () -> JdbcCursorStore.builder(database, "").build());
    assertThrows(IllegalArgumentException.class, () -> builder().table("a; DROP TABLE b"));
    assertThrows(IllegalArgumentException.class, () -> builder().lease(Duration.ZERO));
  }
}
