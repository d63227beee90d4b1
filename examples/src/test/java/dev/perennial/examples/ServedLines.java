package dev.perennial.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

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

/** What a service has said so far, line by line, and says to each client as it comes. */
final class ServedLines {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final List<String> lines = new ArrayList<>();
  private final Set<Exchange> served = new HashSet<>();
  private int endings;
  private int endedAt; // How many lines there were at the last of them.

  void add(String line) {
    lock.lock();
    try {
      lines.add(line);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The lines so far. */
  List<String> all() {
    lock.lock();
    try {
      return List.copyOf(lines);
    } finally {
      lock.unlock();
    }
  }

  /** Ends all answers in good order, behind the lines so far. */
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
   * @param lastLine said before a good end; empty when there is none
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

  /** The line of this index, which is waited for; null when the answer ends before it. */
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
