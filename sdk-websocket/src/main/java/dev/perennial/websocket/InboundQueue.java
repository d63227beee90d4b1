package dev.perennial.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.spi.Frame;
import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Passes what one connection receives from the thread that reads its socket to the engine thread:
 * messages in order, then the failure that ended the connection.
 */
final class InboundQueue {
  /** A sign of life without a message. */
  static final Frame HEARTBEAT = Frame.heartbeat();

  /*
   * Why there is a queue
   *
   * The engine pulls: it reads a connection only while the consumer asks for events. For an HTTP
   * body that is enough, and TCP holds the server back. A WebSocket has to be read even while
   * the consumer asks for no events: the server's pings must be answered (RFC 6455, 5.5.2), and our
   * own pings bring pongs. So each open connection has a reader thread, which never runs user code,
   * and the engine thread takes what the reader thread has put here.
   *
   * Threads
   *
   *   reader thread   put(), putHeartbeat(), end()
   *   engine thread   poll(), await(), takeControls(), endAfter()
   *   any thread      close(), isClosed(), readingSinceNanos()
   *
   * States
   *
   *             end(failure)             close()
   *     OPEN ------------------> ENDED -----------> CLOSED
   *       |                                           ^
   *       +-------------------------------------------+
   *                         close()
   *
   * OPEN: the reader thread puts messages and heartbeats.
   * ENDED: the connection is over. The messages that were put before are still delivered, in order;
   * then each poll() throws the failure. So an event that the server sent before it closed is never
   * lost to the close frame after it.
   * CLOSED: the subscription left this connection. Whatever waited is dropped, and nothing follows.
   * The position of the subscription has not passed what is dropped here, so the next connection
   * brings it again.
   *
   * Bounds
   *
   * Messages are bounded by their number and by the sum of their bytes; a single message always
   * fits, since its own size is limited elsewhere (maxEventBytes). put() waits while the queue is
   * full, and the socket is not read meanwhile, so TCP holds the server back. How long it waits is
   * the caller's choice:
   *
   *   - Without a limit, if the stream could not be resumed: to close the connection would lose
   *     messages, and the server's next connection might begin with as many again.
   *   - Up to a limit, if it can. The server's pings are not answered while we do not read, so a
   *     consumer that takes nothing for that long has the connection closed; it is resumed when the
   *     consumer has caught up. A consumer that is slow but takes some keeps its connection: it is
   *     enough that there is room for one message when the limit is reached.
   *
   * A reader thread that waits is woken when half of the queue is free again, not at each message
   * that is taken; otherwise the two threads would wake each other once per message.
   *
   * Pings and pongs do not count, since a flood of them must not fill the queue. Any number of them
   * since the last poll() is one heartbeat, and it is reported when no message is left: a message
   * proves as well that the connection is alive.
   *
   * Lock
   *
   * One ReentrantLock guards everything below, with a condition for each of the two threads. It is
   * never held during I/O or while other code of ours runs. Both waits go through the Timekeeper,
   * so that tests run them in virtual time; that is why this is not a BlockingQueue, which also
   * could neither bound bytes nor end with a failure. Each wait is repeated by its caller, since it
   * may end for no reason.
   */

  /** The result of {@link #put}. */
  enum Outcome {
    ACCEPTED,
    /** It is a control message, which the reader thread answers: it was not added. */
    TO_ANSWER,
    /** The queue was full for too long: the connection has to be closed. */
    FULL,
    /** The queue was closed. */
    CLOSED
  }

  private enum State {
    OPEN,
    ENDED,
    CLOSED
  }

  private final Timekeeper time;
  private final int maxMessages;
  private final long maxBytes;
  private final long maxWaitNanos;

  private final ReentrantLock lock = new ReentrantLock();

  /** The engine thread waits here for anything to poll. */
  private final Condition available = lock.newCondition();

  /** The reader thread waits here for space. */
  private final Condition space = lock.newCondition();

  @GuardedBy("lock")
  private State state = State.OPEN;

  @GuardedBy("lock")
  private final ArrayDeque<Message> messages = new ArrayDeque<>();

  /** The bytes of all these messages. */
  @GuardedBy("lock")
  private long bytes;

  @GuardedBy("lock")
  private boolean hasHeartbeat;

  /** Whether the reader thread answers control messages; else the engine thread does. */
  @GuardedBy("lock")
  private boolean isReaderAnswering;

  /** Whether the reader thread waits for space. */
  @GuardedBy("lock")
  private boolean isWaiting;

  /** When the last wait for space ended, or this queue was made. */
  @GuardedBy("lock")
  private long readingSinceNanos;

  /** What ended the connection; null unless the state is ENDED. */
  @GuardedBy("lock")
  private @Nullable Throwable failure;

  /**
   * An empty queue.
   *
   * @param maxMessages how many messages may wait; positive
   * @param maxBytes how many bytes they may have in all; a single message may have more
   * @param maxWaitNanos how long {@link #put} waits for space before it returns {@link
   *     Outcome#FULL}; {@link Long#MAX_VALUE} for no limit
   */
  InboundQueue(Timekeeper time, int maxMessages, long maxBytes, long maxWaitNanos) {
    this.time = time;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    this.maxWaitNanos = maxWaitNanos;
    this.readingSinceNanos = time.nanoTime();
  }

  // ---- The reader thread ----

  /** Adds a message, waiting for space if necessary. */
  Outcome put(Message message) throws InterruptedException {
    lock.lock();
    try {
      if (mustWaitFor(message) && !awaitSpace(message)) {
        return Outcome.FULL;
      }
      if (state != State.OPEN) {
        return Outcome.CLOSED;
      }
      if (isForReader(message)) {
        return Outcome.TO_ANSWER;
      }
      messages.add(message);
      bytes += message.length();
      available.signal();
      return Outcome.ACCEPTED;
    } finally {
      lock.unlock();
    }
  }

  /** Returns false if the queue is still full when the limit is reached. */
  @GuardedBy("lock")
  private boolean awaitSpace(Message message) throws InterruptedException {
    long startNanos = time.nanoTime();
    isWaiting = true;
    try {
      long leftNanos = maxWaitNanos;
      while (mustWaitFor(message) && leftNanos > 0) {
        time.await(space, leftNanos);
        boolean isLimited = maxWaitNanos != Long.MAX_VALUE;
        leftNanos = isLimited ? maxWaitNanos - (time.nanoTime() - startNanos) : maxWaitNanos;
      }
      return !mustWaitFor(message);
    } finally {
      isWaiting = false;
      readingSinceNanos = time.nanoTime();
    }
  }

  @GuardedBy("lock")
  private boolean mustWaitFor(Message message) {
    return state == State.OPEN && !isForReader(message) && isFullFor(message);
  }

  @GuardedBy("lock")
  private boolean isForReader(Message message) {
    return isReaderAnswering && message.isUnansweredControl();
  }

  @GuardedBy("lock")
  private boolean isFullFor(Message message) {
    boolean hasTooManyBytes = bytes + message.length() > maxBytes && !messages.isEmpty();
    return hasTooManyBytes || messages.size() >= maxMessages;
  }

  /** Reports that a ping or pong came. */
  void putHeartbeat() {
    lock.lock();
    try {
      if (state == State.OPEN) {
        hasHeartbeat = true;
        available.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** OPEN -> ENDED: no message follows. Does nothing in any other state. */
  void end(Throwable cause) {
    lock.lock();
    try {
      if (state == State.OPEN) {
        state = State.ENDED;
        failure = cause;
        available.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- The engine thread ----

  /**
   * OPEN -> ENDED: no message follows this one, which waits and was answered. What waits behind it
   * is dropped, as it would not have been read if the reader thread had answered.
   */
  void endAfter(Message control, Throwable cause) {
    lock.lock();
    try {
      if (state == State.CLOSED) {
        return;
      }
      while (!messages.isEmpty() && messages.getLast().array() != control.array()) {
        bytes -= messages.removeLast().length();
      }
      state = State.ENDED;
      failure = cause;
      space.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the next message; without one a heartbeat if any came since the last call; otherwise
   * null.
   *
   * @throws IOException what ended the connection, once everything else was returned; also as a
   *     RuntimeException or Error if the reader thread failed with one
   */
  @Nullable Frame poll() throws IOException {
    Throwable cause;
    lock.lock();
    try {
      Message message = messages.poll();
      if (message != null) {
        bytes -= message.length();
        if (isHalfEmpty()) {
          space.signal();
        }
        return message;
      }
      if (hasHeartbeat) {
        hasHeartbeat = false;
        return HEARTBEAT;
      }
      cause = failure;
    } finally {
      lock.unlock();
    }
    throwIfNotNull(cause);
    return null;
  }

  /**
   * Returns the control messages that wait for an answer, which the caller gives. Without any, the
   * reader thread answers those that come from now on.
   */
  List<Message> takeControls() {
    List<Message> controls = new ArrayList<>();
    lock.lock();
    try {
      int count = messages.size();
      for (int i = 0; i < count; i++) {
        Message message = messages.remove();
        if (message.isUnansweredControl()) {
          controls.add(message);
          message = message.answered();
        }
        messages.add(message);
      }
      isReaderAnswering = controls.isEmpty();
      space.signal(); // A control message that waits for space needs none any more.
      return controls;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean isHalfEmpty() {
    return messages.size() <= maxMessages / 2 && bytes <= maxBytes / 2;
  }

  private static void throwIfNotNull(@Nullable Throwable cause) throws IOException {
    if (cause instanceof RuntimeException defect) {
      throw defect;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause != null) {
      throw cause instanceof IOException io ? io : new IOException(cause);
    }
  }

  /**
   * Waits until {@link #poll} has something to return or throw, the queue is closed, or {@code
   * nanos} have passed. May return early for no reason.
   */
  void await(long nanos) throws InterruptedException {
    lock.lock();
    try {
      if (state == State.OPEN && messages.isEmpty() && !hasHeartbeat) {
        time.await(available, nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- Any thread ----

  /** Since when the reader thread has not waited for space; now, if it waits. */
  long readingSinceNanos() {
    lock.lock();
    try {
      return isWaiting ? time.nanoTime() : readingSinceNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Whether {@link #close} was called. */
  boolean isClosed() {
    lock.lock();
    try {
      return state == State.CLOSED;
    } finally {
      lock.unlock();
    }
  }

  /** Any state -> CLOSED: drops everything and wakes both threads. Idempotent; never blocks. */
  void close() {
    lock.lock();
    try {
      state = State.CLOSED;
      messages.clear();
      bytes = 0;
      hasHeartbeat = false;
      failure = null;
      space.signal();
      available.signal();
    } finally {
      lock.unlock();
    }
  }
}
