package dev.perennial.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.spi.Timekeeper;
import dev.perennial.websocket.OutboundQueue.Outcome;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the frames of one connection, on a thread that exists only while there is something to
 * send. All methods may be called by any thread; none of them does I/O or blocks.
 */
final class FrameSender implements Outbox.Taker {
  /*
   * Why there is a thread
   *
   * WebSocketSender.send() may be called on any thread, Android's main thread included, which must
   * not touch a socket; a write may block for as long as the server does not read. So callers only
   * add frames to an OutboundQueue, and a thread of this class writes them. Most connections send
   * little besides a ping every 20 seconds, so that thread ends when nothing came for a second, and
   * the next frame starts another one. A connection on which nothing is sent never has one.
   *
   * Threads and states
   *
   * OutboundQueue knows which frames may still be added and which is next; WriterLease knows
   * whether a thread owns the writer. One lock guards both, since one decision needs both: a thread
   * that finds the queue empty gives up the writer in the same critical section in which it has
   * looked. A frame that is added after that finds no owner and starts a new thread, so no frame is
   * left without a thread to send it. The reverse race, two threads for one queue, cannot happen
   * either: only the caller whose begin() succeeds starts a thread. It does so after releasing the
   * lock, because creating a thread may block or fail. If that fails, the frame stays queued, the
   * writer has no owner again, and the next frame tries once more.
   *
   * The lock is never held while a frame is written, a thread is started or the listener runs.
   *
   * How it ends
   *
   * The listener is called at most once, on the sending thread: when the close frame was written,
   * or when a write failed. After abort() it is not called, whatever comes of a write in progress,
   * since the caller of abort() has already ended the connection. That caller also cancels the
   * socket, which is the only way to end a write that blocks.
   */

  /** How long a thread without work waits for the next frame. */
  static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final AtomicLong THREADS = new AtomicLong();

  /** Called when sending ends: at most once, on the sending thread, and not after an abort. */
  interface Listener {

    /** The close frame was written and flushed. */
    void onCloseSent();

    /** A frame could not be written, and none will follow. */
    void onSendFailed(IOException failure);
  }

  private final FrameWriter writer;
  private final Timekeeper time;
  private final ThreadFactory threads;
  private final Listener listener;

  private final ReentrantLock lock = new ReentrantLock();

  /** A sending thread without work waits here for a frame, or for the end. */
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final OutboundQueue queue;

  @GuardedBy("lock")
  private final WriterLease lease = new WriterLease();

  /** Null unless messages are taken from one. */
  private volatile @Nullable Outbox outbox;

  /**
   * A sender without a thread.
   *
   * @param writer used and closed by this sender only
   * @param maxQueuedBytes how many bytes of messages may wait, counting the one being written
   * @param threads makes the sending threads; {@link #newThread} except in tests
   */
  FrameSender(
      FrameWriter writer,
      long maxQueuedBytes,
      Timekeeper time,
      ThreadFactory threads,
      Listener listener) {
    this.writer = writer;
    this.time = time;
    this.threads = threads;
    this.listener = listener;
    this.queue = new OutboundQueue(maxQueuedBytes);
  }

  /** Makes a daemon thread named {@code perennial-websocket-writer-N}. */
  static Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "perennial-websocket-writer-" + THREADS.getAndIncrement());
    thread.setDaemon(true);
    return thread;
  }

  // ---- Adding frames ----

  /** As {@link #send(OutboundMessage)}, for a message whose fate is not asked for. */
  Outcome send(Message message) {
    return send(new OutboundMessage(message, null));
  }

  /** As {@link #sendAhead(OutboundMessage)}, for a message whose fate is not asked for. */
  Outcome sendAhead(Message message) {
    return sendAhead(new OutboundMessage(message, null));
  }

  /** Sends a message after those before it. Its array is not copied and must not change. */
  Outcome send(OutboundMessage message) {
    return update(frames -> frames.add(message));
  }

  /** As {@link #send}, but ahead of messages that are held. */
  Outcome sendAhead(OutboundMessage message) {
    return update(frames -> frames.addAhead(message));
  }

  /** Sends the messages of {@code box}, too, after all others. They are held as the others are. */
  void takeFrom(Outbox box) {
    outbox = box;
    update(
        frames -> {
          frames.takeFrom(
              new OutboundQueue.Source() {
                @Override
                public @Nullable OutboundMessage poll() {
                  return box.poll(FrameSender.this);
                }

                @Override
                public boolean hasNext() {
                  return box.hasNext(FrameSender.this);
                }
              });
          return Outcome.ACCEPTED;
        });
  }

  @Override
  public void lookAgain() {
    update(frames -> Outcome.ACCEPTED);
  }

  /** Holds the messages of {@link #send} until {@link #sendHeld}. They are accepted meanwhile. */
  void hold() {
    lock.lock();
    try {
      queue.hold();
    } finally {
      lock.unlock();
    }
  }

  /** Sends the messages that were held, and holds no more. */
  void sendHeld() {
    update(OutboundQueue::sendHeld);
  }

  /**
   * Sends a ping in place of one that waits. Never {@link Outcome#FULL}.
   *
   * @param payload at most 125 bytes; not copied, must not change
   * @param afterwards runs when it was written, on the sending thread; must be quick
   */
  Outcome ping(byte[] payload, Runnable afterwards) {
    FrameWriter.requireControlPayload(payload);
    return update(frames -> frames.ping(payload, afterwards));
  }

  /**
   * Sends a heartbeat ahead of all messages, in place of one that waits.
   *
   * @param text makes it, on the sending thread; null to leave it out
   */
  Outcome heartbeat(Supplier<@Nullable String> text) {
    return update(frames -> frames.heartbeat(text));
  }

  /**
   * Sends a pong after those that wait. Never {@link Outcome#FULL}.
   *
   * @param payload that of the ping, at most 125 bytes; not copied, must not change
   */
  Outcome pong(byte[] payload) {
    FrameWriter.requireControlPayload(payload);
    return update(frames -> frames.pong(payload));
  }

  /** Sends a close frame after all messages, and accepts no more. Only the first call counts. */
  Outcome close(CloseFrame frame) {
    Outbox messages = outbox;
    if (messages != null) {
      messages.closing(this);
    }
    return update(frames -> frames.close(frame));
  }

  /**
   * Sends a close frame next and drops all that waits, another close frame included: the server has
   * closed, or broke the protocol.
   */
  Outcome closeNow(CloseFrame frame) {
    return update(frames -> frames.closeNow(frame));
  }

  private Outcome update(Function<OutboundQueue, Outcome> change) {
    Outcome outcome;
    boolean needsThread = false;
    List<OutboundQueue.Dropped> dropped;
    lock.lock();
    try {
      outcome = change.apply(queue);
      dropped = queue.takeDropped();
      if (queue.hasNext()) {
        changed.signal();
        needsThread = lease.begin();
      }
    } finally {
      lock.unlock();
    }
    report(dropped);
    if (needsThread) {
      startThread();
    }
    return outcome;
  }

  private static void report(List<OutboundQueue.Dropped> dropped) {
    for (OutboundQueue.Dropped one : dropped) {
      one.report();
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

  // ---- Ending ----

  /**
   * Drops everything and lets the thread end. The caller has to cancel the socket to end a write
   * that blocks. Idempotent.
   */
  void abort() {
    List<OutboundQueue.Dropped> dropped;
    lock.lock();
    try {
      queue.end();
      dropped = queue.takeDropped();
      changed.signal();
    } finally {
      lock.unlock();
    }
    report(dropped);
  }

  /**
   * Aborts, and closes the writer as soon as no frame is being written, on the sending thread, or
   * at once if there is none. Idempotent.
   */
  void release() {
    abort();
    lock.lock();
    try {
      lease.release();
    } finally {
      lock.unlock();
    }
    closeWriterIfReleased();
  }

  private void closeWriterIfReleased() {
    lock.lock();
    try {
      if (!lease.takeToClose()) {
        return;
      }
    } finally {
      lock.unlock();
    }
    try {
      writer.closeSink();
    } catch (IOException e) {
      // The socket was cancelled before, so nothing can be lost any more.
    }
  }

  // ---- The sending thread ----

  private void startThread() {
    boolean isStarted = false;
    try {
      threads.newThread(this::run).start();
      isStarted = true;
    } finally {
      if (!isStarted) {
        giveUpThread();
        closeWriterIfReleased();
      }
    }
  }

  private void giveUpThread() {
    lock.lock();
    try {
      lease.end();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      writeAndReport();
    } finally {
      closeWriterIfReleased();
    }
  }

  private void writeAndReport() {
    IOException failure = null;
    try {
      if (!writeUntilClosed()) {
        return;
      }
    } catch (Throwable thrown) { // Whatever it is, it ends the connection and is reported there.
      failure = asIOException(thrown);
    }
    if (!end()) {
      return; // Aborted.
    }
    if (failure != null) {
      listener.onSendFailed(failure);
    } else {
      listener.onCloseSent();
    }
  }

  /** Returns true once a close frame is written; false when there is nothing to write any more. */
  private boolean writeUntilClosed() throws IOException, InterruptedException {
    boolean isLast = false;
    while (!isLast) {
      OutboundQueue.Frame next = take();
      if (next == null) {
        return false;
      }
      Outbox messages = outbox;
      if (messages != null) {
        messages.announceSpace();
      }
      next.writeTo(writer);
      isLast = isCloseTaken();
    }
    return true;
  }

  /** Waits for the next frame. Null if none came: then this thread no longer owns the writer. */
  private OutboundQueue.@Nullable Frame take() throws InterruptedException {
    lock.lock();
    try {
      OutboundQueue.Frame next = queue.next();
      long startNanos = time.nanoTime();
      long leftNanos = IDLE_NANOS;
      while (next == null && !queue.hasEnded() && leftNanos > 0) {
        time.await(changed, leftNanos);
        leftNanos = IDLE_NANOS - (time.nanoTime() - startNanos);
        next = queue.next();
      }
      if (next == null) {
        lease.end();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private boolean isCloseTaken() {
    lock.lock();
    try {
      return queue.isCloseTaken();
    } finally {
      lock.unlock();
    }
  }

  /** Returns false if the queue had ended before: it was aborted. */
  private boolean end() {
    boolean isFirst;
    List<OutboundQueue.Dropped> dropped;
    lock.lock();
    try {
      lease.end();
      isFirst = queue.end();
      dropped = queue.takeDropped();
    } finally {
      lock.unlock();
    }
    report(dropped);
    return isFirst;
  }

  private static IOException asIOException(Throwable thrown) {
    if (thrown instanceof IOException failure) {
      return failure;
    }
    IOException failure =
        thrown instanceof InterruptedException
            ? new InterruptedIOException("The sending thread was interrupted")
            : new IOException("The sending thread failed: " + thrown);
    failure.initCause(thrown);
    return failure;
  }
}
