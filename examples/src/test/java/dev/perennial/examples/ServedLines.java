package dev.perennial.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Exchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The lines that a service has sent so far. It sends each to every client as it is added. */
final class ServedLines {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final List<String> lines = new ArrayList<>();

  @GuardedBy("lock")
  private final Set<Exchange> served = new HashSet<>();

  @GuardedBy("lock")
  private int endings;

  @GuardedBy("lock")
  private int endedAt; // The number of lines at the last ending.

  void add(String line) {
    lock.lock();
    try {
      lines.add(line);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the lines so far. */
  List<String> all() {
    lock.lock();
    try {
      return List.copyOf(lines);
    } finally {
      lock.unlock();
    }
  }

  /** Ends all responses normally, after the lines so far. */
  void endAll() {
    lock.lock();
    try {
      endings++;
      endedAt = lines.size();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Cuts all connections. */
  void cutAll() {
    Set<Exchange> cut;
    lock.lock();
    try {
      cut = Set.copyOf(served);
    } finally {
      lock.unlock();
    }
    cut.forEach(exchange -> exchange.cut(Cut.RST));
  }

  /**
   * Answers with the lines from {@code first} on, until {@link #endAll}.
   *
   * @param lastLine sent before a normal end; empty if there is none
   */
  void serve(Exchange exchange, String contentType, int first, String lastLine)
      throws IOException, InterruptedException {
    int ending = begin(exchange);
    try {
      exchange.write(
          "HTTP/1.1 200 OK\r\nContent-Type: "
              + contentType
              + "\r\nTransfer-Encoding: chunked\r\n\r\n");
      int next = first;
      String line = await(next, ending);
      while (line != null) {
        write(exchange, line + "\n");
        next++;
        line = await(next, ending);
      }
      if (!lastLine.isEmpty()) {
        write(exchange, lastLine + "\n");
      }
      exchange.write("0\r\n\r\n");
    } finally {
      end(exchange);
    }
  }

  private static void write(Exchange exchange, String text) throws IOException {
    exchange.write(Integer.toHexString(text.getBytes(UTF_8).length) + "\r\n" + text + "\r\n");
  }

  private int begin(Exchange exchange) {
    lock.lock();
    try {
      served.add(exchange);
      return endings;
    } finally {
      lock.unlock();
    }
  }

  private void end(Exchange exchange) {
    lock.lock();
    try {
      served.remove(exchange);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the line of this index; returns null if the response ends before it. */
  private @Nullable String await(int index, int ending) throws InterruptedException {
    lock.lock();
    try {
      while (index >= lines.size() && endings == ending) {
        changed.await();
      }
      boolean isOver = endings != ending && index >= endedAt;
      return isOver ? null : lines.get(index);
    } finally {
      lock.unlock();
    }
  }
}
