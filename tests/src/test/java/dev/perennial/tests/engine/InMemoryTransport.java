package dev.perennial.tests.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A transport without a network for real threads. Each connection has what the test fed before, and
 * then blocks as a socket does, until more is fed, or it is closed or interrupted.
 */
final class InMemoryTransport implements Transport {
  private static final Object ORDERLY_END = new Object();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final Deque<Object> fed = new ArrayDeque<>();
  private int opened;
  private int live;

  private InMemoryTransport feed(Object next) {
    lock.lock();
    try {
      fed.add(next);
      changed.signalAll();
      return this;
    } finally {
      lock.unlock();
    }
  }

  InMemoryTransport event(String id) {
    return feed(Frame.event(id, "message", id.getBytes(UTF_8)));
  }

  InMemoryTransport events(int first, int last) {
    for (int id = first; id <= last; id++) {
      event(Integer.toString(id));
    }
    return this;
  }

  InMemoryTransport checkpoint(String cursor) {
    return feed(Frame.cursor(cursor));
  }

  InMemoryTransport gap(String detail) {
    return feed(Frame.gap(detail));
  }

  InMemoryTransport declaresEnd() {
    return feed(Frame.end());
  }

  InMemoryTransport ends() {
    return feed(ORDERLY_END);
  }

  InMemoryTransport cut(IOException failure) {
    return feed(failure);
  }

  /** How many connections were opened and not closed. */
  int live() {
    lock.lock();
    try {
      return live;
    } finally {
      lock.unlock();
    }
  }

  int opened() {
    lock.lock();
    try {
      return opened;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    return new Connection(attempt);
  }

  private final class Connection implements StreamConnection {
    private final Attempt attempt;
    private boolean isOpen; // Guarded by lock.
    private boolean isClosed; // Guarded by lock.
    private volatile long lastByteNanos;

    Connection(Attempt attempt) {
      this.attempt = attempt;
    }

    @Override
    public void open() throws IOException {
      lock.lock();
      try {
        throwIfClosed();
        isOpen = true;
        opened++;
        live++;
        lastByteNanos = attempt.timekeeper().nanoTime();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Frame read(Deadlines limits) throws IOException {
      Object next = next(limits.noByteNanos());
      if (next instanceof IOException failure) {
        throw failure;
      }
      lastByteNanos = attempt.timekeeper().nanoTime();
      return next == ORDERLY_END ? null : (Frame) next;
    }

    private Object next(long nanos) throws IOException {
      lock.lock();
      try {
        long left = nanos;
        throwIfClosed();
        while (fed.isEmpty()) {
          left = changed.awaitNanos(left);
          throwIfClosed();
          if (left <= 0) {
            throw new SocketTimeoutException("No byte in time");
          }
        }
        return fed.remove();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      } finally {
        lock.unlock();
      }
    }

    private void throwIfClosed() throws IOException {
      if (isClosed) {
        throw new SocketException("Socket closed");
      }
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    public long lastByteNanos() {
      return lastByteNanos;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (isOpen && !isClosed) {
          live--;
        }
        isClosed = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
