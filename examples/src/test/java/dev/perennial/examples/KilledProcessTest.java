package dev.perennial.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeSseServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Tests manual acknowledgement in a process that is killed again and again, with the cursor in a
 * file.
 *
 * <p>Let <i>saved</i> be the cursor in the file after a kill, and <i>done</i> the last change
 * before the first one that was never handled. Then
 *
 * <ol>
 *   <li>{@code saved <= done}: the cursor passes nothing that was not handled, so nothing is lost;
 *   <li>nothing after {@code done + maxUnacknowledged} was handled, so the next process repeats at
 *       most {@code maxUnacknowledged + (done - saved)} changes;
 *   <li>the changes in {@code done - saved} were handled within the save interval before the kill,
 *       plus the duration of a save.
 * </ol>
 */
@Execution(ExecutionMode.CONCURRENT)
class KilledProcessTest {
  private static final int MAX_UNACKNOWLEDGED = 64;
  private static final int MOST_LINES = 150;

  /** Every fifth child lives long enough that a cursor that is not saved must be noticed. */
  private static final int LONG_LIFE = 5;

  /** For a save and for the scheduler of a busy machine. */
  private static final Duration SAVE_TAKES = Duration.ofSeconds(2);

  private static final Duration LONG = SAVE_TAKES.plusMillis(200);

  @TempDir private Path folder;
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final FakeEventLog log = FakeEventLog.create();
  private final Set<Long> handled = new HashSet<>();
  private final List<Long> saved = new ArrayList<>();
  private Path cursorFile;
  private Path record;
  private ChildJvm java;
  private long done;
  private int read; // Lines of the record.

  /** A line of a child's record. */
  private record Line(long seq, long nanos) {}

  @Test
  @Timeout(120)
  void everyChangeIsHandledThoughTheProcessIsKilled() throws Exception {
    killAndJudge(5);
  }

  @Test
  @Tag("slow")
  @Timeout(300)
  void everyChangeIsHandledThoughTheProcessIsKilledFiftyTimes() throws Exception {
    killAndJudge(50);
  }

  private void killAndJudge(int kills) throws Exception {
    cursorFile = folder.resolve("changes.cursor");
    record = folder.resolve("handled");
    System.out.println("The kills are repeated by the seed " + seed);
    train();
    try (FakeSseServer server = FakeSseServer.start(log)) {
      String url = server.uri("/changes").toString();
      for (int i = 1; i <= kills; i++) {
        boolean isLong = i % LONG_LIFE == 0;
        appendUpTo(done + (isLong ? 4_000 : 2 * MOST_LINES));
        liveAndDie(url, isLong);
        judge("kill " + i + " of seed " + seed);
      }
      log.end();
      Process last = process(url).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      assertTrue(last.waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, last.exitValue());

      judge("the end of seed " + seed);
      assertEquals(log.appended(), done, () -> "seed " + seed);
      for (int i = 1; i <= kills; i++) {
        String asked = server.requests().get(i).cursor();
        assertEquals(saved.get(i - 1), asked == null ? 0 : Long.parseLong(asked), "seed " + seed);
      }
    }
    System.out.println(done + " changes, " + read + " handled, saved at the kills: " + saved);
  }

  private void appendUpTo(long last) {
    while (log.appended() < last) {
      log.append(Long.toString(log.appended() + 1));
    }
  }

  private void train() throws IOException, InterruptedException {
    FakeEventLog few = FakeEventLog.create();
    for (int i = 1; i <= 100; i++) {
      few.append(Integer.toString(i));
    }
    few.end();
    try (FakeSseServer server = FakeSseServer.start(few)) {
      String url = server.uri("/changes").toString();
      Path trial = Files.createDirectory(folder.resolve("trial"));
      java =
          ChildJvm.trained(
              folder,
              KilledChild.class,
              List.of(url, trial.resolve("cursor").toString(), trial.resolve("record").toString()));
    }
  }

  private ProcessBuilder process(String url) {
    return java.process(List.of(url, cursorFile.toString(), record.toString()))
        .redirectError(folder.resolve("errors").toFile());
  }

  /** Kills the child at a random line of its output, or after a long life. */
  private void liveAndDie(String url, boolean isLong) throws IOException, InterruptedException {
    Process child = process(url).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), US_ASCII))) {
      int lines = 1 + random.nextInt(MOST_LINES);
      Line first = null;
      for (int i = 1; true; i++) {
        Line line = line(out.readLine());
        first = first == null ? line : first;
        boolean isOld = line.nanos() - first.nanos() >= LONG.toNanos();
        if (isLong ? isOld : i >= lines) {
          break;
        }
      }
    } finally {
      child.destroyForcibly();
    }
    assertTrue(child.waitFor(10, TimeUnit.SECONDS));
  }

  private Line line(String text) throws IOException {
    if (text == null) {
      throw new AssertionError(
          "The child ended by itself: " + Files.readString(folder.resolve("errors")));
    }
    int space = text.indexOf(' ');
    return new Line(
        Long.parseLong(text.substring(0, space)), Long.parseLong(text.substring(space + 1)));
  }

  private void judge(String when) throws IOException {
    List<Line> lives = new ArrayList<>();
    List<String> all = Files.readAllLines(record);
    for (String text : all.subList(read, all.size())) {
      lives.add(line(text));
    }
    read = all.size();
    lives.forEach(line -> handled.add(line.seq()));
    while (handled.contains(done + 1)) {
      done++;
    }
    String cursor = CursorStore.file(cursorFile).load();
    long savedNow = cursor == null ? 0 : Long.parseLong(cursor);
    saved.add(savedNow);

    String figures = when + ": saved " + savedNow + ", done " + done;
    assertTrue(savedNow <= done, figures);
    long furthest = lives.stream().mapToLong(Line::seq).max().orElse(0);
    assertTrue(furthest <= done + MAX_UNACKNOWLEDGED, figures + ", furthest " + furthest);
    long death = lives.stream().mapToLong(Line::nanos).max().orElse(0);
    long settled = death - KilledChild.SAVE_EVERY.plus(SAVE_TAKES).toNanos();
    // A change that was processed late may have held back what is processed by now.
    long longSince = 0;
    long latest = Long.MIN_VALUE;
    for (Line line : lives.stream().sorted((a, b) -> Long.compare(a.seq(), b.seq())).toList()) {
      latest = Math.max(latest, line.nanos());
      longSince = latest <= settled && line.seq() <= done ? line.seq() : longSince;
    }
    assertTrue(savedNow >= longSince, figures + ", long done " + longSince);
  }
}
