package dev.perennial.cli;

import dev.perennial.conformance.Result;
import dev.perennial.conformance.Verdict;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells how far a run is: on a terminal in a line that is written over, elsewhere in one every few
 * seconds. Any thread may tell it.
 */
final class ConformanceProgress {
  private static final long PLAIN_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int MOST_COLUMNS = 79;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final Paint paint;
  private final boolean isTerminal;
  private final String subject;
  private final int total;
  private final long beganNanos = System.nanoTime();

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private long toldNanos = beganNanos;
  private int done;
  private int failed;
  private boolean isLineOpen;

  /**
   * @param total how many results there will be
   */
  ConformanceProgress(Terminal terminal, String subject, int total) {
    this.out = terminal.out();
    this.paint = terminal.outPaint();
    this.isTerminal = terminal.isOutTerminal();
    this.subject = subject;
    this.total = total;
  }

  void add(Result result) {
    lock.lock();
    try {
      done++;
      failed += result.verdict() == Verdict.FAILED ? 1 : 0;
      if (isTerminal) {
        String line = line();
        out.print(CLEAR_LINE + paint.dim(line.substring(0, Math.min(line.length(), MOST_COLUMNS))));
        out.flush();
        isLineOpen = true;
      } else if (System.nanoTime() - toldNanos >= PLAIN_INTERVAL_NANOS) {
        toldNanos = System.nanoTime();
        out.println(line());
      }
    } finally {
      lock.unlock();
    }
  }

  private String line() {
    Duration took = Duration.ofNanos(System.nanoTime() - beganNanos);
    return subject
        + ": "
        + Words.count(done)
        + " of "
        + Words.count(total)
        + ", "
        + Words.count(failed)
        + " failed, "
        + Words.duration(took);
  }

  /** Leaves an empty line to write on. */
  void end() {
    lock.lock();
    try {
      if (isLineOpen) {
        out.print(CLEAR_LINE);
        isLineOpen = false;
      }
    } finally {
      lock.unlock();
    }
  }
}
