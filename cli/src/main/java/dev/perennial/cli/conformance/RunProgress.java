package dev.perennial.cli.conformance;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.StatusLine;
import dev.perennial.cli.console.Terminal;
import dev.perennial.testkit.conformance.Result;
import dev.perennial.testkit.conformance.Verdict;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** Shows how many scenarios of a run are done. Thread-safe. */
final class RunProgress {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final StatusLine status;
  private final String subject;
  private final int total;
  private final long startNanos = System.nanoTime();

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private int done;

  @GuardedBy("lock")
  private int failed;

  /**
   * @param total how many results to expect
   */
  RunProgress(Terminal terminal, String subject, int total) {
    this.status = new StatusLine(terminal, INTERVAL);
    this.subject = subject;
    this.total = total;
  }

  void add(Result result) {
    String line;
    lock.lock();
    try {
      done++;
      failed += result.verdict() == Verdict.FAILED ? 1 : 0;
      line = line(done, failed);
    } finally {
      lock.unlock();
    }
    status.update(() -> line);
  }

  private String line(int doneNow, int failedNow) {
    return subject
        + ": "
        + HumanFormat.count(doneNow)
        + " of "
        + HumanFormat.count(total)
        + ", "
        + HumanFormat.count(failedNow)
        + " failed, "
        + HumanFormat.duration(Duration.ofNanos(System.nanoTime() - startNanos));
  }

  /** Removes the status from the terminal. */
  void end() {
    status.clear();
  }
}
