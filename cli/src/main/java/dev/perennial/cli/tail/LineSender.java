package dev.perennial.cli.tail;

import dev.perennial.cli.console.Terminal;
import dev.perennial.websocket.WebSocketSender;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Sends the lines of standard input over a WebSocket, each as a text message, in their order. A
 * line that no connection takes is kept until one does; those behind it are not read meanwhile.
 */
final class LineSender {
  /** What the library takes at most. */
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final BoundedLineReader lines;
  private final WebSocketSender sender;
  private final Terminal terminal;
  private final BooleanSupplier isKeepingTold;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closed = lock.newCondition();

  // Guarded by lock.
  private long kept; // The number of the line that waits; 0 while none does.
  private boolean isClosed;

  /**
   * @param isKeepingTold whether it is worth telling that a line waits
   */
  LineSender(Terminal terminal, WebSocketSender sender, BooleanSupplier isKeepingTold) {
    this.lines = new BoundedLineReader(terminal.input(), MAX_BYTES);
    this.terminal = terminal;
    this.sender = sender;
    this.isKeepingTold = isKeepingTold;
  }

  /** Sends on a thread of its own, which does not keep the process: a read cannot be ended. */
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
      print("standard input cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns false when nothing is sent any more. */
  private boolean send(long number, BoundedLineReader.Line line) throws InterruptedException {
    if (!line.isWhole()) {
      print(notSent(number) + ": it has more than 16 MiB");
      return true;
    }
    lock.lock();
    try {
      while (!isClosed) {
        WebSocketSender.Outcome outcome = sender.send(line.text());
        if (outcome == WebSocketSender.Outcome.ACCEPTED) {
          kept = 0;
          return true;
        }
        if (outcome == WebSocketSender.Outcome.TOO_LARGE) {
          kept = 0;
          print(notSent(number) + ": " + outcome);
          return true;
        }
        if (kept == 0 && isKeepingTold.getAsBoolean()) {
          print("line " + number + " of standard input waits to be sent: " + outcome);
        }
        kept = number;
        // CLOSED ends with close(), which is about to come.
        boolean unused = closed.await(LOOK_NANOS, TimeUnit.NANOSECONDS);
      }
      kept = number;
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Sends nothing more, and tells of a line that was not sent. */
  void close() {
    lock.lock();
    try {
      isClosed = true;
      closed.signalAll();
      if (kept > 0) {
        print(notSent(kept) + ": the stream has ended");
      }
    } finally {
      lock.unlock();
    }
  }

  private static String notSent(long number) {
    return "line " + number + " of standard input was not sent";
  }

  private void print(String line) {
    terminal.err().println(terminal.errStyle().yellow(line));
  }
}
