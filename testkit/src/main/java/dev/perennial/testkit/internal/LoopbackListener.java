package dev.perennial.testkit.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A port of 127.0.0.1 with a thread that accepts connections while it is up. It begins down: then
 * connections are refused, and no other process gets the port.
 */
public final class LoopbackListener implements AutoCloseable {

  private static final int BACKLOG = 1024;

  private final InetSocketAddress address;
  private final DaemonThreads threads;
  private final Consumer<Socket> accepted;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition acceptorEnded = lock.newCondition();

  private @Nullable ServerSocket listening; // null while down
  private @Nullable Socket reservation; // null while up, or when the system does not allow it
  private boolean accepting; // while the accepting thread runs
  private boolean closed;

  private LoopbackListener(Socket reservation, String owner, Consumer<Socket> accepted) {
    this.reservation = reservation;
    this.address = (InetSocketAddress) reservation.getLocalSocketAddress();
    this.threads = new DaemonThreads(owner + "-" + address.getPort());
    this.accepted = accepted;
  }

  /**
   * Reserves a free port.
   *
   * @param owner the first word of the names of {@link #threads}
   * @param accepted takes each accepted socket, on the accepting thread
   */
  public static LoopbackListener reserve(String owner, Consumer<Socket> accepted)
      throws IOException {
    return reserve(0, owner, accepted);
  }

  /** Reserves this port; 0 for a free one. */
  public static LoopbackListener reserve(int port, String owner, Consumer<Socket> accepted)
      throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    return new LoopbackListener(bound(new InetSocketAddress(loopback, port)), owner, accepted);
  }

  public int port() {
    return address.getPort();
  }

  /** Returns the threads that serve this port. */
  public DaemonThreads threads() {
    return threads;
  }

  /** Listens. Does nothing when it is up. */
  public void up() throws IOException {
    lock.lock();
    try {
      awaitAcceptorEnd();
      if (closed || listening != null) {
        return;
      }
      ServerSocket socket = listenInstead();
      listening = socket;
      release();
      accepting = threads.start("accept", () -> acceptUntilClosed(socket));
    } finally {
      lock.unlock();
    }
  }

  private ServerSocket listenInstead() throws IOException {
    try {
      return listening();
    } catch (BindException e) {
      // Not every system allows two sockets on one port.
      release();
      return listening();
    }
  }

  /** Stops listening, and resets connections that were not accepted yet. */
  public void down() throws IOException {
    lock.lock();
    try {
      if (closed || listening == null) {
        return;
      }
      listening.close();
      listening = null;
      awaitAcceptorEnd();
      if (listening == null && !closed) {
        reserveAgain();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      release();
      if (listening != null) {
        listening.close();
        listening = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the accepting thread has left a closed socket, since the system listens until then.
   * Releases the lock meanwhile.
   */
  private void awaitAcceptorEnd() {
    try {
      long left = RealTime.CLOSE_NANOS;
      while (accepting && listening == null && left > 0) {
        left = acceptorEnded.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ServerSocket listening() throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(address, BACKLOG);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Keeps the port without listening. Otherwise the system may give it to an outgoing connection,
   * even to one that then connects to itself instead of being refused.
   */
  private void reserveAgain() {
    try {
      reservation = bound(address);
    } catch (IOException e) {
      // Another process was faster, or the system does not allow it: up() fails if the port is
      // lost.
      reservation = null;
    }
  }

  private static Socket bound(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setReuseAddress(true);
      socket.bind(address);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void release() throws IOException {
    if (reservation != null) {
      reservation.close();
      reservation = null;
    }
  }

  private void acceptUntilClosed(ServerSocket socket) {
    try {
      accept(socket);
    } finally {
      lock.lock();
      try {
        accepting = false;
        acceptorEnded.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void accept(ServerSocket socket) {
    while (true) {
      Socket peer;
      try {
        peer = socket.accept();
      } catch (IOException e) {
        if (socket.isClosed()) {
          return;
        }
        throw new UncheckedIOException(e);
      }
      prepare(peer);
      accepted.accept(peer);
    }
  }

  private static void prepare(Socket peer) {
    try {
      // A cut must not overtake bytes that Nagle's algorithm holds back.
      peer.setTcpNoDelay(true);
    } catch (IOException e) {
      // The peer has reset the connection already: the first read will say so.
    }
  }
}
