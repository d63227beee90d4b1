package dev.perennial.cli.tail;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.cli.console.Terminal;
import dev.perennial.websocket.WebSocketSender;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Sends the lines of standard input over a WebSocket, in order and each as a text message. While no
 * connection accepts a line, it is retried and no further line is read.
 */
final class LineSender {
  /** The largest message that the library sends. */
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final BoundedLineReader lines;
  private final WebSocketSender sender;
  private final Terminal terminal;
  private final BooleanSupplier isWaitReported;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closed = lock.newCondition();

  /** The number of the line that waits to be sent; 0 while none does. */
  @GuardedBy("lock")
  private long waiting;

  @GuardedBy("lock")
  private boolean isClosed;

  /**
   * @param isWaitReported whether to report a line that waits; false before the first connection
   */
  LineSender(Terminal terminal, WebSocketSender sender, BooleanSupplier isWaitReported) {
    this.lines = new BoundedLineReader(terminal.input(), MAX_BYTES);
    this.terminal = terminal;
    this.sender = sender;
    this.isWaitReported = isWaitReported;
  }

  /** Starts a daemon thread, so that a blocked read of standard input does not keep the process. */
  void start() {
    Thread thread = new Thread(this::run, "perennial-tail-input");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      long number = 1;
      BoundedLineReader.Line line = lines.next();
      while (line != null && send(number, line)) {
        number++;
        line = lines.next();
      }
    } catch (IOException e) {
      terminal.printWarning("standard input cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns false once the sender is closed. */
  private boolean send(long number, BoundedLineReader.Line line) throws InterruptedException {
    if (!line.isComplete()) {
      terminal.printWarning(notSent(number) + ": it is larger than 16 MiB");
      return true;
    }
    lock.lock();
    try {
      while (!isClosed) {
        WebSocketSender.Outcome outcome = sender.send(line.text());
        if (outcome == WebSocketSender.Outcome.ACCEPTED) {
          waiting = 0;
          return true;
        }
        if (outcome == WebSocketSender.Outcome.TOO_LARGE) {
          waiting = 0;
          terminal.printWarning(notSent(number) + ": " + outcome);
          return true;
        }
        if (waiting == 0 && isWaitReported.getAsBoolean()) {
          terminal.printWarning(
              "line " + number + " of standard input is waiting to be sent: " + outcome);
        }
        waiting = number;
        // After the outcome CLOSED, close() is about to be called.
        boolean unused = closed.await(RETRY_NANOS, TimeUnit.NANOSECONDS);
      }
      waiting = number;
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Stops sending, and reports a line that was not sent. */
  void close() {
    lock.lock();
    try {
      isClosed = true;
      closed.signalAll();
      if (waiting > 0) {
        terminal.printWarning(notSent(waiting) + ": the stream has ended");
      }
    } finally {
      lock.unlock();
    }
  }

  private static String notSent(long number) {
    return "line " + number + " of standard input was not sent";
  }
}
