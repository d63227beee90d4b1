package dev.perennial.testkit;

import dev.perennial.testkit.internal.DaemonThreads;
import dev.perennial.testkit.internal.RealTime;
import dev.perennial.testkit.internal.Sockets;
import dev.perennial.testkit.internal.wire.HttpAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One request to a {@link LoopbackServer}, and the means to answer it byte by byte.
 *
 * <p>It buffers nothing and adds nothing: written bytes go to the wire at once. An exchange belongs
 * to the thread of its handler; {@link #cut} and {@link #isCut} may be called from any thread.
 *
 * @since 0.1.0
 */
public final class Exchange {

  private final ReceivedRequest request;
  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;
  private final DaemonThreads threads;
  private final Thread handlerThread = Thread.currentThread();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private boolean cut;

  // Guarded by lock.
  private boolean peerWatched;

  // Guarded by lock.
  private boolean peerClosed;

  // Touched by the handler's thread alone.
  private boolean keptAlive;

  Exchange(ReceivedRequest request, Socket socket, InputStream input, DaemonThreads threads)
      throws IOException {
    this.request = request;
    this.socket = socket;
    this.input = input;
    this.output = socket.getOutputStream();
    this.threads = threads;
  }

  /** Returns the request. Its body was read already. */
  public ReceivedRequest request() {
    return request;
  }

  /**
   * Returns the connection's socket. To read from it use {@link #input}, which may hold bytes
   * already.
   */
  public Socket socket() {
    return socket;
  }

  /** Returns the stream of what the client sends after the request. */
  public InputStream input() {
    return input;
  }

  /** Returns the unbuffered stream to the client. */
  public OutputStream output() {
    return output;
  }

  /**
   * Writes text as UTF-8.
   *
   * @throws IOException if the connection is gone
   */
  public void write(String text) throws IOException {
    output.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes bytes.
   *
   * @throws IOException if the connection is gone
   */
  public void write(byte[] bytes) throws IOException {
    output.write(bytes);
  }

  /**
   * Writes a whole answer: status line, the given headers, the length (but not for 1xx, 204 and
   * 304) and the body. Unless {@link #keepAlive} was called before, it announces that the
   * connection will close.
   *
   * @param status the HTTP status
   * @param headerLines headers as {@code "Name: value"}, sent as they are
   * @param body the body, sent as UTF-8
   * @throws IOException if the connection is gone
   */
  public void answer(int status, List<String> headerLines, String body) throws IOException {
    StringBuilder answer = new StringBuilder(HttpAnswer.statusLine(status));
    headerLines.forEach(line -> answer.append(line).append("\r\n"));
    if (status >= 200 && status != 204 && status != 304) {
      int length = body.getBytes(StandardCharsets.UTF_8).length;
      answer.append("Content-Length: ").append(length).append("\r\n");
    }
    if (!keptAlive) {
      answer.append("Connection: close\r\n");
    }
    write(answer.append("\r\n").append(body).toString());
  }

  /**
   * Keeps the connection open for another request when the handler returns. If not invoked, the
   * connection is closed.
   */
  public void keepAlive() {
    keptAlive = true;
  }

  boolean isKeptAlive() {
    return keptAlive;
  }

  /**
   * Cuts the connection now, also while the handler's thread is writing. After {@link
   * Cut#HALF_CLOSE} the handler may wait for the client with {@link #awaitPeerClose}; when it
   * returns, the connection is closed.
   */
  public void cut(Cut how) {
    lock.lock();
    try {
      cut = true;
    } finally {
      lock.unlock();
    }
    if (how == Cut.FIN && Thread.currentThread() == handlerThread) {
      discardArrived();
    }
    how.applyTo(socket);
  }

  /** Prepares an orderly close, on the handler's thread. */
  void discardArrived() {
    boolean othersRead;
    lock.lock();
    try {
      othersRead = peerWatched;
    } finally {
      lock.unlock();
    }
    if (!othersRead) {
      Sockets.discardArrived(socket);
    }
  }

  /** Returns whether {@link #cut} was called. */
  public boolean isCut() {
    lock.lock();
    try {
      return cut;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits, so that the client sees a silent server.
   *
   * @throws InterruptedException if the server is closed meanwhile
   */
  public void pause(Duration duration) throws InterruptedException {
    lock.lock();
    try {
      long left = RealTime.nanosOf(duration);
      while (left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the client closes or resets the connection, and discards what it sends. {@link
   * #input} may not be read afterwards.
   *
   * @return whether the client closed within the limit
   * @throws InterruptedException if the server is closed meanwhile
   */
  public boolean awaitPeerClose(Duration limit) throws InterruptedException {
    watchPeer(() -> {});
    lock.lock();
    try {
      long left = RealTime.nanosOf(limit);
      while (!peerClosed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return peerClosed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reads and discards what the client sends on its own thread, and runs the action there when the
   * client has closed. Only the first call has an effect. {@link #input} may not be read
   * afterwards.
   */
  public void watchPeer(Runnable onClosed) {
    watchPeer(unread -> {}, onClosed);
  }

  /**
   * Lets a reader read what the client sends on its own thread, discards what it leaves, and runs
   * the action there when the client has closed. Only the first call has an effect.
   */
  public void watchPeer(PeerReader reader, Runnable onClosed) {
    lock.lock();
    try {
      if (peerWatched) {
        return;
      }
      peerWatched = true;
    } finally {
      lock.unlock();
    }
    threads.start("peer-" + request.connection(), () -> readUntilClosed(reader, onClosed));
  }

  private void readUntilClosed(PeerReader reader, Runnable onClosed) {
    try {
      reader.read(input);
    } catch (IOException e) {
      // What follows is discarded.
    }
    byte[] discarded = new byte[1024];
    try {
      int count;
      do {
        count = input.read(discarded);
      } while (count >= 0);
    } catch (IOException e) {
      // A reset ends the connection like a close.
    }
    lock.lock();
    try {
      peerClosed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    onClosed.run();
  }

  /** Reads what a client sends after its request. */
  @FunctionalInterface
  public interface PeerReader {

    /**
     * Reads as much as it wants.
     *
     * @throws IOException if the connection is gone
     */
    void read(InputStream input) throws IOException;
  }
}
