package dev.perennial.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeSseServer.Builder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Effects in a database, in a process that is killed again and again, from a server that replays
 * more than was asked for: the event of the cursor itself, and others before it.
 */
@Execution(ExecutionMode.CONCURRENT)
class ExactlyOnceTest {
  private static final int OVERLAP = 25;
  private static final int MOST_LINES = 120;

  @TempDir private Path folder;
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final FakeEventLog log = FakeEventLog.create();
  private int replayed;

  @Test
  @Timeout(120)
  void eachPaymentIsStoredOnceThoughTheProcessIsKilledAndTheServerReplaysTooMuch()
      throws Exception {
    killAndJudge(4);
  }

  @Test
  @Tag("slow")
  @Timeout(600)
  void eachPaymentIsStoredOnceThroughFiftyKills() throws Exception {
    killAndJudge(50);
  }

  private void killAndJudge(int kills) throws Exception {
    String database = "jdbc:h2:file:" + folder.resolve("payments").toAbsolutePath();
    ChildJvm java = trained();
    Builder builder = FakeSseServer.builder(log).overlap(OVERLAP);
    try (FakeSseServer server = builder.start()) {
      List<String> arguments = List.of(server.uri("/payments").toString(), database);
      for (int i = 1; i <= kills; i++) {
        appendUpTo(log.appended() + 2 * MOST_LINES);
        liveAndDie(java.process(arguments));
        judge(database, "kill " + i + " of seed " + seed);
      }
      log.end();
      Process last = java.process(arguments).redirectOutput(Redirect.DISCARD).start();
      assertTrue(last.waitFor(120, TimeUnit.SECONDS), () -> "seed " + seed);
      assertEquals(0, last.exitValue(), () -> "seed " + seed);
    }
    assertEquals(log.appended(), judge(database, "the end of seed " + seed));
    assertTrue(replayed > 0, "the server replayed nothing");
    System.out.println(
        kills
            + " kills, "
            + log.appended()
            + " payments, each stored once; "
            + replayed
            + " lines of output came again after a kill");
  }

  private ChildJvm trained() throws IOException, InterruptedException {
    FakeEventLog few = FakeEventLog.create();
    few.append("1");
    few.end();
    try (FakeSseServer server = FakeSseServer.start(few)) {
      return ChildJvm.trained(
          folder,
          PaymentsChild.class,
          List.of(
              server.uri("/payments").toString(),
              "jdbc:h2:file:" + folder.resolve("trial").toAbsolutePath()));
    }
  }

  private void appendUpTo(long last) {
    while (log.appended() < last) {
      log.append(Long.toString(log.appended() + 1));
    }
  }

  private long furthest; // That any child has received.

  private void liveAndDie(ProcessBuilder builder) throws IOException, InterruptedException {
    Path errors = folder.resolve("errors");
    Process child = builder.redirectError(errors.toFile()).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), US_ASCII))) {
      int lines = 1 + random.nextInt(MOST_LINES);
      for (int i = 1; i <= lines; i++) {
        String line = out.readLine();
        if (line == null) {
          throw new AssertionError("The child ended by itself: " + Files.readString(errors));
        }
        long seq = Long.parseLong(line);
        replayed += seq <= furthest ? 1 : 0;
        furthest = Math.max(furthest, seq);
      }
    } finally {
      child.destroyForcibly(); // SIGKILL.
    }
    assertTrue(child.waitFor(30, TimeUnit.SECONDS));
  }

  /** Returns how many payments are stored, which are all up to the cursor, and each once. */
  private static long judge(String url, String when) throws SQLException {
    try (Connection database = DriverManager.getConnection(url);
        Statement statement = database.createStatement()) {
      if (!statement
          .executeQuery(
              "SELECT 1 FROM information_schema.tables" + " WHERE table_name = 'STREAM_POSITIONS'")
          .next()) {
        return 0; // Killed before it began.
      }
      ResultSet row =
          statement.executeQuery(
              "SELECT COUNT(*), COALESCE(SUM(amount), 0), COALESCE(MAX(amount), 0),"
                  + " (SELECT last_cursor FROM stream_positions) FROM payments");
      row.next();
      long count = row.getLong(1);
      assertEquals(count * (count + 1) / 2, row.getLong(2), when + ": the sum of the payments");
      assertEquals(count, row.getLong(3), when + ": the last payment");
      String cursor = row.getString(4);
      assertEquals(count, cursor == null ? 0 : Long.parseLong(cursor), when + ": the cursor");
      return count;
    }
  }
}
