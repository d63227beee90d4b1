package dev.perennial.jdbc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.CursorStore;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a cursor in a row of a database, for one of several processes at a time: the one that has
 * taken the row is active, and the others wait until it is gone, or are refused.
 *
 * <pre>{@code
 * try (JdbcCursorStore store =
 *         JdbcCursorStore.builder(dataSource, "prices").createTable().build();
 *     EventReader<String> reader = stream.withCursorStore(store).open()) {
 *   for (Event<String> event : reader) {
 *     show(event.data());
 *   }
 * }
 * }</pre>
 *
 * <p>The row is taken by {@link #load}, and given back by {@link #close}. Meanwhile a thread renews
 * it, four times in each {@linkplain Builder#lease lease}. A process that sees no sign of life for
 * a whole lease takes the row over. No clocks are compared, neither with another process nor with
 * the database: who waits measures how long the row does not change.
 *
 * <p>Whoever takes the row increments its fencing token, and each save names the token that it
 * belongs to. So a process that was taken over while it was frozen or cut off cannot save any more:
 * its saves fail, and {@link Builder#onTakenOver} is called. Its events may be processed twice, as
 * after a crash; {@link #saveWith} excludes that, too. A store that was taken over stays so: to
 * wait for the cursor again, build another one.
 *
 * <p>Thread-safe. One subscription at a time uses a store.
 *
 * @since 0.1.0
 */
public final class JdbcCursorStore implements CursorStore, AutoCloseable {
  static final Duration DEFAULT_LEASE = Duration.ofSeconds(5);
  static final String DEFAULT_TABLE = "perennial_cursors";

  private static final int RENEWALS = 4; // In each lease.
  private static final long LONGEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final CursorTable table;
  private final long leaseNanos;
  private final boolean createsTable;
  private final boolean refuses;
  private final Runnable takenOver;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closed = lock.newCondition();

  /** The token of the row that this store has taken; 0 before. */
  @GuardedBy("lock")
  private long token;

  /** Whether another process has taken the row since. */
  @GuardedBy("lock")
  private boolean isTakenOver;

  @GuardedBy("lock")
  private boolean isClosed;

  private JdbcCursorStore(Builder builder) {
    this.table = new CursorTable(builder.database, builder.table, builder.name, builder.lease);
    this.leaseNanos = builder.lease.toNanos();
    this.createsTable = builder.createsTable;
    this.refuses = builder.refuses;
    this.takenOver = builder.takenOver;
  }

  /**
   * Starts to build a store.
   *
   * @param database where a connection is taken from for each load, save and renewal, and given
   *     back at once
   * @param name the name of the row, for example of the stream; up to 200 characters
   */
  public static Builder builder(DataSource database, String name) {
    return new Builder(
        Objects.requireNonNull(database, "database"), Objects.requireNonNull(name, "name"));
  }

  /** Options of a store. */
  public static final class Builder {
    private final DataSource database;
    private final String name;
    private String table = DEFAULT_TABLE;
    private Duration lease = DEFAULT_LEASE;
    private boolean createsTable;
    private boolean refuses;
    private Runnable takenOver = () -> {};

    private Builder(DataSource database, String name) {
      if (name.isEmpty() || name.length() > CursorTable.LONGEST_NAME) {
        throw new IllegalArgumentException(
            "name must have from 1 to 200 characters but was \"" + name + "\"");
      }
      this.database = database;
      this.name = name;
    }

    /**
     * The table, perhaps with its schema: letters, digits, underscores and dots. Default: {@code
     * perennial_cursors}. It has the columns {@code stream_name VARCHAR(200) PRIMARY KEY}, {@code
     * cursor_text VARCHAR(4000)}, {@code fencing_token NUMERIC(19) NOT NULL} and {@code renewals
     * NUMERIC(19) NOT NULL}.
     */
    public Builder table(String name) {
      if (!name.matches("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*")) {
        throw new IllegalArgumentException(
            "table must be letters, digits, underscores and dots but was \"" + name + "\"");
      }
      this.table = name;
      return this;
    }

    /** Creates the table when it is not there. By default it has to be there. */
    public Builder createTable() {
      this.createsTable = true;
      return this;
    }

    /**
     * After how long without a sign of life of its process the row is taken over. It has to be the
     * same in all processes. Default: 5 s.
     *
     * @param time at least 100 ms
     */
    public Builder lease(Duration time) {
      if (time.compareTo(Duration.ofMillis(100)) < 0) {
        throw new IllegalArgumentException("lease must be at least 100 ms but was " + time);
      }
      this.lease = time;
      return this;
    }

    /**
     * Refuses to load, with an {@link IOException} that ends the subscription, as soon as another
     * process is seen alive. By default a load waits until the other process is gone.
     */
    public Builder refuseWhenHeld() {
      this.refuses = true;
      return this;
    }

    /**
     * Called once, when the store finds that another process has taken the row: a place to close
     * the subscription. On a thread of the store or of the subscription; it must return quickly.
     */
    public Builder onTakenOver(Runnable action) {
      this.takenOver = Objects.requireNonNull(action, "action");
      return this;
    }

    /** Builds the store, without any I/O. */
    public JdbcCursorStore build() {
      return new JdbcCursorStore(this);
    }
  }

  /**
   * Takes the row, and returns its cursor. Waits while another process has it, unless {@link
   * Builder#refuseWhenHeld} was set; {@link #close} ends the wait.
   *
   * @return null when no cursor was saved yet
   * @throws IOException when the database cannot be read, another process has the row, or has taken
   *     it over, or this store is closed
   */
  @Override
  public @Nullable String load() throws IOException {
    long held = usableToken();
    try {
      return held == 0 ? take() : own(held);
    } catch (SQLException e) {
      throw new IOException("The cursor in " + table + " cannot be read: " + e.getMessage(), e);
    }
  }

  private @Nullable String own(long held) throws IOException, SQLException {
    CursorTable.Row row = table.read();
    if (row == null || row.token() != held) {
      throw lost(held);
    }
    return row.cursor();
  }

  private @Nullable String take() throws IOException, SQLException {
    if (createsTable) {
      table.create();
    }
    CursorTable.Row seen = null;
    long seenNanos = 0;
    while (true) {
      CursorTable.Row row = table.read();
      long now = System.nanoTime();
      if (row == null) {
        row = table.insert();
        if (row != null) {
          return taken(row);
        }
      } else if (row.isFree() || (row.equals(seen) && now - seenNanos >= leaseNanos)) {
        CursorTable.Row own = table.take(row);
        if (own != null) {
          return taken(own);
        }
      } else if (!row.equals(seen)) {
        if (seen != null && refuses) {
          throw new IOException("The cursor in " + table + " is held by another process");
        }
        seen = row;
        seenNanos = now;
      }
      pause();
    }
  }

  private @Nullable String taken(CursorTable.Row row) throws IOException, SQLException {
    boolean isTooLate;
    lock.lock();
    try {
      isTooLate = isClosed;
      token = row.token();
    } finally {
      lock.unlock();
    }
    if (isTooLate) {
      table.release(row.token());
      throw closedAlready();
    }
    Thread renewal = new Thread(this::renewUntilClosed, "perennial-jdbc-renewal");
    renewal.setDaemon(true);
    renewal.start();
    return row.cursor();
  }

  private void pause() throws IOException {
    try {
      if (isClosedWithin(Math.min(leaseNanos / 10, LONGEST_LOOK_NANOS))) {
        throw closedAlready();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while another process has the cursor in " + table, e);
    }
  }

  private boolean isClosedWithin(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!isClosed && left > 0) {
        left = closed.awaitNanos(left);
      }
      return isClosed;
    } finally {
      lock.unlock();
    }
  }

  private void renewUntilClosed() {
    try {
      while (!isClosedWithin(leaseNanos / RENEWALS)) {
        long held = heldToken();
        if (held == 0 || !renew(held)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Whoever interrupts this thread wants the row free.
    }
  }

  /** Returns false when another process has the row. */
  private boolean renew(long held) {
    try {
      if (!table.renew(held)) {
        IOException unused = lost(held);
        return false;
      }
    } catch (SQLException e) {
      // The database may be back before the lease is over. If not, the fencing token protects it.
    }
    return true;
  }

  /**
   * Replaces the cursor, if no other process has taken the row.
   *
   * @throws IOException when it could not be saved, or another process has taken the row
   */
  @Override
  public void save(String checkpoint) throws IOException {
    Objects.requireNonNull(checkpoint, "checkpoint");
    long held = usableToken();
    if (held == 0) {
      throw new IOException("The cursor in " + table + " was not loaded, so it cannot be saved");
    }
    boolean isSaved;
    try {
      isSaved = table.save(held, checkpoint);
    } catch (SQLException e) {
      throw new IOException("The cursor in " + table + " cannot be saved: " + e.getMessage(), e);
    }
    if (!isSaved) {
      throw lost(held);
    }
  }

  /**
   * Saves the cursor in the caller's own transaction, with the data that belongs to it. Neither
   * commits nor rolls back. If another process has taken the row, this throws, and the caller has
   * to roll back: then effects of a process that was taken over are excluded.
   *
   * @param connection to the database of this store, with auto-commit off
   * @throws SQLException when it could not be saved, or another process has taken the row
   */
  public void saveWith(Connection connection, String checkpoint) throws SQLException {
    Objects.requireNonNull(checkpoint, "checkpoint");
    try {
      long held = usableToken();
      if (held == 0) {
        throw new SQLException("The cursor in " + table + " was not loaded");
      } else if (!table.save(connection, held, checkpoint)) {
        throw lost(held);
      }
    } catch (IOException e) {
      throw new SQLException(e.getMessage(), e);
    }
  }

  /** The token of the row that this store has taken, larger than all before; 0 before a load. */
  public long fencingToken() {
    return heldToken();
  }

  /**
   * Gives the row back, so that another process takes it at once. Close the subscription first.
   * Idempotent. When the database cannot be reached, the row is free after a lease.
   */
  @Override
  public void close() {
    long held;
    lock.lock();
    try {
      held = isClosed || isTakenOver ? 0 : token;
      isClosed = true;
      closed.signalAll();
    } finally {
      lock.unlock();
    }
    if (held != 0) {
      try {
        table.release(held);
      } catch (SQLException e) {
        // It is taken over when its lease is over.
      }
    }
  }

  private long heldToken() {
    lock.lock();
    try {
      return token;
    } finally {
      lock.unlock();
    }
  }

  private long usableToken() throws IOException {
    lock.lock();
    try {
      if (isClosed) {
        throw closedAlready();
      } else if (isTakenOver) {
        throw takenOver(token);
      }
      return token;
    } finally {
      lock.unlock();
    }
  }

  /** Notes that another process has the row; returns what says so. */
  private IOException lost(long held) {
    boolean isNews;
    lock.lock();
    try {
      isNews = !isTakenOver && !isClosed;
      isTakenOver = true;
    } finally {
      lock.unlock();
    }
    if (isNews) {
      takenOver.run();
    }
    return takenOver(held);
  }

  private IOException takenOver(long held) {
    return new IOException(
        "The cursor in "
            + table
            + " was taken over by another process: "
            + held
            + " is not its newest fencing token any more");
  }

  private IOException closedAlready() {
    return new IOException("The store of the cursor in " + table + " is closed");
  }

  @Override
  public String toString() {
    return "JdbcCursorStore[" + table + "]";
  }
}
