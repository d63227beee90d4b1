package dev.perennial.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of cursors. Each method is one statement in a transaction of its own, and
 * each change names the fencing token that it belongs to. Plain SQL that all databases know.
 */
final class CursorTable {
  static final int LONGEST_NAME = 200;

  /** What {@code renewals} is while no process has the row. */
  private static final long FREE = -1;

  /** Not a row that was given back: a renewal may be late. */
  private static final String OF_OWNER =
      " WHERE stream_name = ? AND fencing_token = ? AND renewals >= 0";

  private final DataSource database;
  private final String table;
  private final String name;
  private final int timeoutSeconds;

  /**
   * What is in the row.
   *
   * @param cursor null when none was saved
   * @param token increases with each process that takes the row
   * @param renewals changes with each sign of life of the process that has the row
   */
  record Row(@Nullable String cursor, long token, long renewals) {
    boolean isFree() {
      return renewals == FREE;
    }
  }

  private interface Change {
    int in(Connection connection) throws SQLException;
  }

  CursorTable(DataSource database, String table, String name, Duration lease) {
    this.database = database;
    this.table = table;
    this.name = name;
    this.timeoutSeconds = (int) Math.max(1, Math.min(lease.toMillis() / 1_000, 60));
  }

  /** Creates the table, unless it is there. */
  void create() throws SQLException {
    try {
      Row unused = read();
    } catch (SQLException missing) {
      try {
        int unused = change(this::create);
      } catch (SQLException refused) {
        refused.addSuppressed(missing);
        readOrThrow(refused); // Another process may have created it just now.
      }
    }
  }

  private int create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(
          "CREATE TABLE "
              + table
              + " (stream_name VARCHAR("
              + LONGEST_NAME
              + ") NOT NULL PRIMARY KEY, cursor_text VARCHAR(4000),"
              + " fencing_token NUMERIC(19) NOT NULL, renewals NUMERIC(19) NOT NULL)");
    }
  }

  private void readOrThrow(SQLException refused) throws SQLException {
    try {
      Row unused = read();
    } catch (SQLException stillMissing) {
      throw refused;
    }
  }

  /** Returns the row; null when there is none. */
  @Nullable Row read() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT cursor_text, fencing_token, renewals FROM "
                    + table
                    + " WHERE stream_name = ?")) {
      query.setQueryTimeout(timeoutSeconds);
      query.setString(1, name);
      Row row;
      try (ResultSet rows = query.executeQuery()) {
        row = rows.next() ? new Row(rows.getString(1), rows.getLong(2), rows.getLong(3)) : null;
      }
      commit(connection); // Or the next read may see what this one has seen.
      return row;
    }
  }

  /** Adds the row for this process; null when another one has added it just now. */
  @Nullable Row insert() throws SQLException {
    try {
      int unused =
          change(
              connection ->
                  update(
                      connection,
                      "INSERT INTO "
                          + table
                          + " (stream_name, fencing_token, renewals) VALUES (?, 1, 0)",
                      name));
      return new Row(null, 1, 0);
    } catch (SQLException refused) {
      if (read() == null) {
        throw refused;
      }
      return null;
    }
  }

  /** Takes the row for this process; null when it has changed since {@code seen}. */
  @Nullable Row take(Row seen) throws SQLException {
    int changed =
        change(
            connection ->
                update(
                    connection,
                    "UPDATE "
                        + table
                        + " SET fencing_token = fencing_token + 1, renewals = 0"
                        + " WHERE stream_name = ? AND fencing_token = ? AND renewals = ?",
                    name,
                    seen.token,
                    seen.renewals));
    return changed == 1 ? new Row(seen.cursor, seen.token + 1, 0) : null;
  }

  /** Gives a sign of life; false when another process has the row. */
  boolean renew(long token) throws SQLException {
    return change(connection -> updateOwn(connection, "renewals = renewals + 1", token)) == 1;
  }

  /** Gives the row back, if this process has it. */
  void release(long token) throws SQLException {
    int unused = change(connection -> updateOwn(connection, "renewals = " + FREE, token));
  }

  /** Saves the cursor; false when another process has the row. */
  boolean save(long token, String cursor) throws SQLException {
    return change(connection -> save(connection, token, cursor) ? 1 : 0) == 1;
  }

  /** As {@link #save(long, String)}, in the transaction of the connection. */
  boolean save(Connection connection, long token, String cursor) throws SQLException {
    int changed =
        update(
            connection,
            "UPDATE " + table + " SET cursor_text = ?, renewals = renewals + 1" + OF_OWNER,
            cursor,
            name,
            token);
    return changed == 1;
  }

  private int updateOwn(Connection connection, String set, long token) throws SQLException {
    return update(connection, "UPDATE " + table + " SET " + set + OF_OWNER, name, token);
  }

  private int update(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(timeoutSeconds);
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  private int change(Change change) throws SQLException {
    try (Connection connection = database.getConnection()) {
      int changed = change.in(connection);
      commit(connection);
      return changed;
    }
  }

  /** A pool may hand out connections that do not commit by themselves. */
  private static void commit(Connection connection) throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
  }

  @Override
  public String toString() {
    return "the row \"" + name + "\" of " + table;
  }
}
