package dev.perennial.websocket;

import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent, and the thread that sends it, which is there only while something is to be
 * sent and {@link #IDLE_NANOS} longer. Every method may be called by any thread, does no I/O and
 * waits for nothing.
 *
 * <p>Pongs and pings overtake messages; of each only the last one waits. A close frame is the last
 * thing that is sent.
 */
final class FrameSender {
  static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final AtomicLong THREADS = new AtomicLong();

  /** What became of a frame. */
  enum Outcome {
    /** It will be sent, unless the connection ends before. */
    ACCEPTED,
    /** With this message, more than the limit would wait. */
    FULL,
    /** The connection is closing or has ended. */
    CLOSED
  }

  /** Hears of the end, once at most, on the thread that sends; never after {@link #abort}. */
  interface Ended {

    /** A close frame was sent and flushed. */
    void closed();

    /** A frame could not be sent, and no other will be. */
    void failed(IOException failure);
  }

  private final FrameWriter writer;
  private final Timekeeper time;
  private final ThreadFactory threads;
  private final Ended ended;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final OutboundQueue queue;
  private boolean hasThread;
  private boolean isReleased;
  private boolean isWriterClosed;

  /**
   * An outbox without a thread.
   *
   * @param writer belongs to the outbox from now on
   * @param maxQueuedBytes how many bytes of messages may wait, with the one that is being written
   * @param threads makes a thread when there is none; {@link #newThread} as a rule
   */
  FrameSender(
      FrameWriter writer,
      long maxQueuedBytes,
      Timekeeper time,
      ThreadFactory threads,
      Ended ended) {
    this.writer = writer;
    this.time = time;
    this.threads = threads;
    this.ended = ended;
    this.queue = new OutboundQueue(maxQueuedBytes);
  }

  /** A daemon thread named {@code perennial-websocket-writer-N}. */
  static Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "perennial-websocket-writer-" + THREADS.getAndIncrement());
    thread.setDaemon(true);
    return thread;
  }

  /** Sends a message after those before it. Its array is not copied, so it must stay as it is. */
  Outcome send(Message message) {
    return put(() -> queue.message(message));
  }

  /** Sends a message before those that are held back. Otherwise as {@link #send}. */
  Outcome sendFirst(Message message) {
    return put(() -> queue.first(message));
  }

  /** Takes messages, but does not send them before {@link #letGo}, except those of the first. */
  void holdBack() {
    put(queue::holdBack);
  }

  /** Sends what was held back, and holds back no more. */
  void letGo() {
    put(queue::letGo);
  }

  /**
   * Sends a ping, never {@link Outcome#FULL}.
   *
   * @param payload at most 125 bytes, which must stay as they are
   */
  Outcome ping(byte[] payload) {
    FrameWriter.checkControl(payload);
    return put(() -> queue.ping(payload));
  }

  /**
   * Answers a ping, never {@link Outcome#FULL}.
   *
   * @param payload at most 125 bytes, which must stay as they are
   */
  Outcome pong(byte[] payload) {
    FrameWriter.checkControl(payload);
    return put(() -> queue.pong(payload));
  }

  /** Sends a close frame when all messages are sent, and takes no others. The first call counts. */
  Outcome close(CloseFrame frame) {
    return put(() -> queue.close(frame));
  }

  /**
   * Sends a close frame next, in place of all that waits, another close frame too: the server has
   * closed, or is not to be heard any more.
   */
  Outcome closeAtOnce(CloseFrame frame) {
    return put(() -> queue.closeAtOnce(frame));
  }

  /**
   * Drops everything and lets the thread go. A write that blocks is the caller's to end, by
   * cancelling the socket. Idempotent.
   */
  void abort() {
    lock.lock();
    try {
      queue.end();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Aborts, and closes the writer as soon as no frame is being written: by the thread that writes,
   * or at once when there is none. Idempotent.
   */
  void release() {
    abort();
    lock.lock();
    try {
      isReleased = true;
    } finally {
      lock.unlock();
    }
    closeWriterIfReleased();
  }

  /** A sink is not for two threads: one that closes it while another writes would break it. */
  private void closeWriterIfReleased() {
    lock.lock();
    try {
      if (!isReleased || hasThread || isWriterClosed) {
        return;
      }
      isWriterClosed = true;
    } finally {
      lock.unlock();
    }
    try {
      writer.release();
    } catch (IOException e) {
      // The socket was cancelled before: nothing can be lost any more.
    }
  }

  /** The bytes of the messages that wait, and of the one that is being written. */
  long queuedBytes() {
    lock.lock();
    try {
      return queue.bytes();
    } finally {
      lock.unlock();
    }
  }

  private Outcome put(Supplier<Outcome> frame) {
    boolean starts = false;
    Outcome outcome;
    lock.lock();
    try {
      outcome = frame.get();
      if (outcome == Outcome.ACCEPTED) {
        changed.signalAll();
        starts = !hasThread;
        hasThread = true;
      }
    } finally {
      lock.unlock();
    }
    if (starts) {
      start();
    }
    return outcome;
  }

  private void start() {
    boolean isStarted = false;
    try {
      threads.newThread(this::run).start();
      isStarted = true;
    } finally {
      if (!isStarted) {
        forgetThread(); // What was put stays, for the thread that a later call may get.
        closeWriterIfReleased();
      }
    }
  }

  private void forgetThread() {
    lock.lock();
    try {
      hasThread = false;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      writeAndTell();
    } finally {
      closeWriterIfReleased();
    }
  }

  private void writeAndTell() {
    IOException failure = null;
    try {
      if (!writeUntilClosed()) {
        return;
      }
    } catch (Throwable thrown) { // Whatever it is, the connection is told, and ends with it.
      failure = asIOException(thrown);
    }
    if (!end()) {
      return; // It was aborted.
    } else if (failure != null) {
      ended.failed(failure);
    } else {
      ended.closed();
    }
  }

  /** Returns true when a close frame was written; false when nothing is to be written. */
  private boolean writeUntilClosed() throws IOException, InterruptedException {
    boolean isLast = false;
    while (!isLast) {
      OutboundQueue.Frame next = take();
      if (next == null) {
        return false;
      }
      next.writeTo(writer);
      isLast = isClosed();
    }
    return true;
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return queue.isClosed();
    } finally {
      lock.unlock();
    }
  }

  /** False when it had ended before. */
  private boolean end() {
    lock.lock();
    try {
      hasThread = false;
      return queue.end();
    } finally {
      lock.unlock();
    }
  }

  /** The next frame, which is waited for; null when this thread is to end. */
  private OutboundQueue.@Nullable Frame take() throws InterruptedException {
    lock.lock();
    try {
      OutboundQueue.Frame next = queue.next();
      long began = time.nanoTime();
      long remaining = IDLE_NANOS;
      while (next == null && !queue.hasEnded() && remaining > 0) {
        time.await(changed, remaining);
        remaining = IDLE_NANOS - (time.nanoTime() - began);
        next = queue.next();
      }
      hasThread = next != null;
      return next;
    } finally {
      lock.unlock();
    }
  }

  private static IOException asIOException(Throwable failure) {
    if (failure instanceof IOException named) {
      return named;
    }
    IOException unnamed =
        failure instanceof InterruptedException
            ? new InterruptedIOException("Interrupted")
            : new IOException("The thread that sends failed: " + failure);
    unnamed.initCause(failure);
    return unnamed;
  }
}
