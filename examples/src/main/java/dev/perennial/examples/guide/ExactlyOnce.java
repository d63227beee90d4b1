package dev.perennial.examples.guide;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Effects in a database, each exactly once. */
public final class ExactlyOnce {
  private ExactlyOnce() {}

  // region schema
  static void createTables(Connection database) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS payments"
              + " (event_id VARCHAR(200) PRIMARY KEY, amount BIGINT NOT NULL)");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS stream_positions"
              + " (stream VARCHAR(200) PRIMARY KEY, last_cursor VARCHAR(1000) NOT NULL)");
    }
  }

  // endregion

  // region each-once
  /** Runs until the stream is complete, or fails. The connection is used by nothing else. */
  public static void storeEachOnce(EventStream<Long> payments, Connection database)
      throws SQLException {
    createTables(database);
    database.setAutoCommit(false);
    try (EventReader<Long> reader = payments.withCursor(cursor(database)).open()) {
      for (Event<Long> event : reader) {
        String id = Objects.requireNonNull(event.id(), "Each payment needs an id");
        if (isNew(database, id, event.data())) {
          // Any other effect in this database belongs here, too.
          moveCursor(database, Objects.requireNonNull(event.cursor()));
        }
        database.commit(); // The payment and the cursor, or neither.
      }
    }
  }

  /** Stores a payment; false when it is there already. */
  private static boolean isNew(Connection database, String id, long amount) throws SQLException {
    try (PreparedStatement insert =
        database.prepareStatement(
            "INSERT INTO payments (event_id, amount) SELECT ?, ?"
                + " WHERE NOT EXISTS (SELECT 1 FROM payments WHERE event_id = ?)")) {
      insert.setString(1, id);
      insert.setLong(2, amount);
      insert.setString(3, id);
      return insert.executeUpdate() == 1;
    }
  }

  // endregion

  private static @Nullable String cursor(Connection database) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT last_cursor FROM stream_positions WHERE stream = 'payments'")) {
      return row.next() ? row.getString(1) : null;
    }
  }

  private static void moveCursor(Connection database, String cursor) throws SQLException {
    try (PreparedStatement update =
        database.prepareStatement(
            "UPDATE stream_positions SET last_cursor = ? WHERE stream = 'payments'")) {
      update.setString(1, cursor);
      if (update.executeUpdate() == 1) {
        return;
      }
    }
    try (PreparedStatement insert =
        database.prepareStatement(
            "INSERT INTO stream_positions (stream, last_cursor) VALUES ('payments', ?)")) {
      insert.setString(1, cursor);
      insert.executeUpdate();
    }
  }
}
