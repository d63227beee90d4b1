package dev.perennial.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.spi.Timekeeper;
import dev.perennial.websocket.OutboundQueue.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a sender that keeps them from one connection to the next, in the order in which
 * they were sent. Thread-safe.
 */
final class Outbox {
  /*
   * Who takes the messages
   *
   * They stay here until they are written: the open connection takes one when the one before is on
   * the wire. So what waits when a connection is lost needs no way back, keeps its order, and never
   * exceeds the bounds. What a connection has taken is not sent again.
   *
   * One connection may take at a time. One that is closed in good order still takes what waits,
   * unless another one is attached before.
   *
   *   attach(c)   c takes from now on, and no other
   *   closing(c)  c takes what waits now, and no more
   *   release(c)  c takes no more: it was lost, or has ended
   *   end()       the subscription has ended: nothing is accepted; what c does not send until it is
   *               released is given up
   *   begin()     another subscription begins; what the one before left is given up
   *
   * The lock is held for these decisions only. It may be taken with a connection's lock held, not
   * the other way round.
   */

  /** A connection that takes messages. */
  interface Taker {
    /** There may be another message. */
    void lookAgain();
  }

  private final int maxMessages;
  private final int maxBytes;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final ArrayDeque<OutboundMessage> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private long bytes;

  /** Null while no connection takes. */
  @GuardedBy("lock")
  private @Nullable Taker taker;

  /** How many more messages it may take. */
  @GuardedBy("lock")
  private long mayTake;

  @GuardedBy("lock")
  private boolean hasEnded;

  /** A message was refused, and more than half of the space is still taken. */
  @GuardedBy("lock")
  private boolean isFull;

  /** There is space again, and {@link #onWritable} does not know it yet. */
  @GuardedBy("lock")
  private boolean isSpaceNew;

  private volatile Runnable onWritable = () -> {};

  Outbox(int maxMessages, int maxBytes) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** Adds a message after all others. */
  Outcome add(OutboundMessage message) {
    Taker connection;
    lock.lock();
    try {
      if (hasEnded) {
        return Outcome.CLOSED;
      } else if (waiting.size() >= maxMessages || bytes + message.length() > maxBytes) {
        isFull |= mayHold(message);
        return Outcome.FULL;
      }
      waiting.add(message);
      bytes += message.length();
      connection = taker;
    } finally {
      lock.unlock();
    }
    if (connection != null) {
      connection.lookAgain();
    }
    return Outcome.ACCEPTED;
  }

  /** Whether it can be accepted at all. */
  boolean mayHold(OutboundMessage message) {
    return message.length() <= maxBytes;
  }

  // ---- The connection ----

  /** Gives the next message to a connection; null if there is none, or it may not take. */
  @Nullable OutboundMessage poll(Taker connection) {
    lock.lock();
    try {
      OutboundMessage next = mayTake(connection) ? waiting.poll() : null;
      if (next != null) {
        mayTake--;
        bytes -= next.length();
        noteSpace();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void noteSpace() {
    if (isFull && waiting.size() <= maxMessages / 2 && bytes <= maxBytes / 2) {
      isFull = false;
      isSpaceNew = true;
      changed.signalAll();
    }
  }

  /** Whether {@link #poll} would return a message. */
  boolean hasNext(Taker connection) {
    lock.lock();
    try {
      return mayTake(connection) && !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean mayTake(Taker connection) {
    return connection == taker && mayTake > 0;
  }

  /** Calls who waits for space if there is some again. Called without a lock. */
  void announceSpace() {
    lock.lock();
    try {
      if (!isSpaceNew) {
        return;
      }
      isSpaceNew = false;
    } finally {
      lock.unlock();
    }
    ForeignCalls.run(onWritable);
  }

  void attach(Taker connection) {
    lock.lock();
    try {
      taker = connection;
      mayTake = Long.MAX_VALUE;
    } finally {
      lock.unlock();
    }
  }

  void closing(Taker connection) {
    lock.lock();
    try {
      if (taker == connection) {
        mayTake = waiting.size();
      }
    } finally {
      lock.unlock();
    }
  }

  void release(Taker connection) {
    List<OutboundMessage> left;
    lock.lock();
    try {
      if (taker != connection) {
        return;
      }
      taker = null;
      left = hasEnded ? takeAll() : List.of();
    } finally {
      lock.unlock();
    }
    giveUp(left);
  }

  // ---- The subscription ----

  void begin() {
    List<OutboundMessage> left;
    lock.lock();
    try {
      left = hasEnded ? takeAll() : List.of();
      hasEnded = false;
      taker = null;
    } finally {
      lock.unlock();
    }
    giveUp(left);
  }

  void end() {
    List<OutboundMessage> left;
    lock.lock();
    try {
      hasEnded = true;
      changed.signalAll();
      left = taker == null ? takeAll() : List.of();
    } finally {
      lock.unlock();
    }
    giveUp(left);
  }

  @GuardedBy("lock")
  private List<OutboundMessage> takeAll() {
    List<OutboundMessage> all = new ArrayList<>(waiting);
    waiting.clear();
    bytes = 0;
    isFull = false;
    return all;
  }

  private static void giveUp(List<OutboundMessage> left) {
    for (OutboundMessage message : left) {
      message.end(MessageFate.NOT_SENT);
    }
  }

  // ---- The application ----

  void onWritable(Runnable listener) {
    onWritable = listener;
  }

  /** Waits while it is full; false if it still is after this time, or has ended. */
  boolean awaitWritable(Timekeeper time, long nanos) throws InterruptedException {
    long began = time.nanoTime();
    lock.lock();
    try {
      long left = nanos;
      while (isFull && !hasEnded && left > 0) {
        time.await(changed, left);
        left = nanos - (time.nanoTime() - began);
      }
      return !isFull && !hasEnded;
    } finally {
      lock.unlock();
    }
  }

  int messages() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }
}
