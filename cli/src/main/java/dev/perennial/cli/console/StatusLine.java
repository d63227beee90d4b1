package dev.perennial.cli.console;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Shows the progress of a command on standard output: on a terminal as one line that is redrawn,
 * elsewhere as a new line every few seconds. Thread-safe.
 */
public final class StatusLine {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final TextStyle style;
  private final boolean isTerminal;

  /** A line that wraps could not be redrawn. */
  private final int maxColumns;

  private final long intervalNanos;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private long printedNanos = System.nanoTime();

  @GuardedBy("lock")
  private boolean isShown;

  /**
   * @param interval between two lines where the output is no terminal
   */
  public StatusLine(Terminal terminal, Duration interval) {
    this.out = terminal.out();
    this.style = terminal.outStyle();
    this.isTerminal = terminal.isOutTerminal();
    this.maxColumns = terminal.columns() - 1;
    this.intervalNanos = interval.toNanos();
  }

  /** Shows {@code status}, which is asked for with the lock held. */
  public void update(Supplier<String> status) {
    lock.lock();
    try {
      if (isTerminal) {
        String line = status.get();
        String fitting = line.substring(0, Math.min(line.length(), maxColumns));
        out.print(CLEAR_LINE + style.dim(fitting));
        out.flush();
        isShown = true;
      } else if (System.nanoTime() - printedNanos >= intervalNanos) {
        printedNanos = System.nanoTime();
        out.println(status.get());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Prints a line that stays, in place of the status. */
  public void println(String line) {
    lock.lock();
    try {
      clear();
      out.println(line);
    } finally {
      lock.unlock();
    }
  }

  /** Removes the status from the terminal. */
  public void clear() {
    lock.lock();
    try {
      if (isShown) {
        out.print(CLEAR_LINE);
        isShown = false;
      }
    } finally {
      lock.unlock();
    }
  }
}
