package dev.perennial.websocket;

import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where the thread that reads a connection puts messages, and the engine's thread takes them: in
 * order, bounded by their number and their bytes.
 */
final class InboundQueue {

  /** What became of a message that was put. */
  enum Put {
    TAKEN,
    /** There was no room, and none is waited for. */
    FULL,
    /** Nobody takes any more. */
    CLOSED
  }

  private final Timekeeper time;
  private final int maxMessages;
  private final long maxBytes;
  private final boolean isWaitedFor;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition taken = lock.newCondition();

  // Guarded by lock.
  private final ArrayDeque<Message> messages = new ArrayDeque<>();
  private long bytes;

  /** Whether a sign of life came that was not taken yet: any number of them are one. */
  private boolean isAlive;

  private boolean isTakerWaiting;
  private boolean isClosed;

  /** Null until what was put is all that comes. */
  private @Nullable Throwable end;

  /**
   * An empty hand-off.
   *
   * @param isWaitedFor whether {@link #put} waits for room
   */
  InboundQueue(Timekeeper time, int maxMessages, long maxBytes, boolean isWaitedFor) {
    this.time = time;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    this.isWaitedFor = isWaitedFor;
  }

  // ---- The thread that reads ----

  /**
   * Puts a message. One always fits, however large. Whoever waits for room is woken when half of it
   * is free.
   */
  Put put(Message message) throws InterruptedException {
    lock.lock();
    try {
      while (!isClosed && isFullFor(message)) {
        if (!isWaitedFor) {
          return Put.FULL;
        }
        time.await(taken, Long.MAX_VALUE);
      }
      if (isClosed) {
        return Put.CLOSED;
      }
      messages.add(message);
      bytes += message.length();
      wakeTaker();
      return Put.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  private boolean isFullFor(Message message) {
    return messages.size() >= maxMessages
        || (bytes + message.length() > maxBytes && !messages.isEmpty());
  }

  /** A control frame came. */
  void putSignOfLife() {
    lock.lock();
    try {
      isAlive = true;
      wakeTaker();
    } finally {
      lock.unlock();
    }
  }

  /** No message follows; what ended the connection is told behind the last. The first counts. */
  void end(Throwable cause) {
    lock.lock();
    try {
      end = end != null ? end : cause;
      wakeTaker();
    } finally {
      lock.unlock();
    }
  }

  /** Holds the lock. */
  private void wakeTaker() {
    if (isTakerWaiting) {
      arrived.signal();
    }
  }

  // ---- The engine's thread ----

  /** The next message; null when there is none now. */
  @Nullable Message poll() {
    lock.lock();
    try {
      Message message = messages.poll();
      if (message != null) {
        bytes -= message.length();
        if (isHalfEmpty()) {
          taken.signal();
        }
      }
      return message;
    } finally {
      lock.unlock();
    }
  }

  /** For each place that gets free, the threads would wake each other for each message. */
  private boolean isHalfEmpty() {
    return messages.size() <= maxMessages / 2 && bytes <= maxBytes / 2;
  }

  /**
   * Whether there was a sign of life since the last call, which no message has followed yet.
   *
   * @throws IOException what ended the connection, when all messages were taken
   */
  boolean pollSignOfLife() throws IOException {
    Throwable cause;
    lock.lock();
    try {
      boolean wasAlive = isAlive;
      isAlive = false;
      if (wasAlive || !messages.isEmpty()) {
        return wasAlive;
      }
      cause = end;
    } finally {
      lock.unlock();
    }
    if (cause instanceof IOException failure) {
      throw failure;
    }
    if (cause instanceof RuntimeException failure) {
      throw failure;
    }
    if (cause instanceof Error failure) {
      throw failure;
    }
    return false;
  }

  /** Waits until there is something to take, or {@code nanos} have passed. */
  void await(long nanos) throws InterruptedException {
    lock.lock();
    try {
      if (messages.isEmpty() && !isAlive && end == null) {
        isTakerWaiting = true;
        time.await(arrived, nanos);
      }
    } finally {
      isTakerWaiting = false;
      lock.unlock();
    }
  }

  // ---- Any thread ----

  /** Drops what was put and lets nothing more in. */
  void close() {
    lock.lock();
    try {
      isClosed = true;
      messages.clear();
      bytes = 0;
      taken.signal();
      wakeTaker();
    } finally {
      lock.unlock();
    }
  }
}
