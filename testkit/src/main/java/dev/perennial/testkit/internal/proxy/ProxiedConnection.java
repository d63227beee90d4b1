package dev.perennial.testkit.internal.proxy;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Direction;
import dev.perennial.testkit.internal.DaemonThreads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's connection to the proxy, and the proxy's connection to the server for it. */
public final class ProxiedConnection implements ProxyPipe.Connection {

  private final Socket client;
  private final Socket server = new Socket();
  private final TrafficControl valve;
  private final ProxyTally tally;
  private final Consumer<ProxiedConnection> onClosed;
  private final ProxyPipe toServer;
  private final ProxyPipe toClient;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Set<Direction> ended = EnumSet.noneOf(Direction.class);

  // Guarded by lock.
  private final Set<Direction> blackHoles;

  // Guarded by lock.
  private boolean closed;

  /**
   * Creates the pair of connections without any I/O.
   *
   * @param plan how the connection is to be cut, or null when it is not
   * @param blackHoles the directions in which bytes vanish
   */
  public ProxiedConnection(
      Socket client,
      TrafficControl valve,
      ProxyTally tally,
      @Nullable CutPlan plan,
      Set<Direction> blackHoles,
      Consumer<ProxiedConnection> onClosed) {
    this.client = client;
    this.valve = valve;
    this.tally = tally;
    this.blackHoles = EnumSet.noneOf(Direction.class);
    this.blackHoles.addAll(blackHoles);
    this.onClosed = onClosed;
    this.toServer = pipe(Direction.TO_SERVER, client, server, plan);
    this.toClient = pipe(Direction.TO_CLIENT, server, client, plan);
  }

  private ProxyPipe pipe(
      Direction direction, Socket source, Socket destination, @Nullable CutPlan plan) {
    return new ProxyPipe(this, direction, source, destination, valve, tally.bytes(direction), plan);
  }

  /** Connects to the server and forwards, on its own threads. */
  public void start(InetSocketAddress target, DaemonThreads threads, String name) {
    Runnable forwardToClient = () -> run(toClient, Direction.TO_CLIENT);
    Runnable connectAndForwardToServer =
        () -> {
          if (connect(target) && threads.start(name + "-to-client", forwardToClient)) {
            run(toServer, Direction.TO_SERVER);
          } else {
            // The client's connect has already succeeded, so only a reset can report the failure.
            close(Cut.RST);
          }
        };
    if (!threads.start(name + "-to-server", connectAndForwardToServer)) {
      close(Cut.RST);
    }
  }

  private boolean connect(InetSocketAddress target) {
    try {
      server.connect(target);
      server.setTcpNoDelay(true);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void run(ProxyPipe pipe, Direction direction) {
    try {
      try {
        pipe.run();
        sourceEnded(direction);
      } catch (IOException e) {
        valve.awaitThawed(this::isClosed);
        sourceFailed(direction);
      }
    } catch (InterruptedException e) {
      close(Cut.FIN);
    }
  }

  private void sourceEnded(Direction direction) {
    if (markEnded(direction) && !isBlackHole(direction)) {
      Cut.HALF_CLOSE.applyTo(destination(direction));
    }
    closeWhenBothEnded();
  }

  /** Passes a reset of one side on to the other. */
  private void sourceFailed(Direction direction) {
    if (isBlackHole(direction)) {
      markEnded(direction);
      closeWhenBothEnded();
    } else {
      close(Cut.RST);
    }
  }

  @Override
  public void cut(Cut how, Direction direction) {
    // A fault is counted before a client can see it.
    if (how == Cut.HALF_CLOSE) {
      if (markEnded(direction)) {
        tally.cut(how);
        how.applyTo(destination(direction));
        closeWhenBothEnded();
      }
    } else if (markClosed()) {
      tally.cut(how);
      closeSockets(how);
    }
  }

  /** Closes both sides. Does nothing when they are closed. */
  public void close(Cut how) {
    if (markClosed()) {
      closeSockets(how);
    }
  }

  private void closeSockets(Cut how) {
    if (how == Cut.FIN) {
      toServer.discardArrived();
    }
    how.applyTo(client);
    how.applyTo(server);
    valve.wake();
    onClosed.accept(this);
  }

  /** Returns whether this call closes the connection. */
  private boolean markClosed() {
    lock.lock();
    try {
      boolean first = !closed;
      closed = true;
      return first;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Makes all bytes of a direction vanish from now on, and its end, too. */
  public void makeBlackHole(Direction direction) {
    lock.lock();
    try {
      blackHoles.add(direction);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isBlackHole(Direction direction) {
    lock.lock();
    try {
      return blackHoles.contains(direction);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isEnded(Direction direction) {
    lock.lock();
    try {
      return ended.contains(direction);
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether this call ends the direction of an open connection. */
  private boolean markEnded(Direction direction) {
    lock.lock();
    try {
      return !closed && ended.add(direction);
    } finally {
      lock.unlock();
    }
  }

  private void closeWhenBothEnded() {
    boolean bothEnded;
    lock.lock();
    try {
      bothEnded = ended.size() == Direction.values().length;
    } finally {
      lock.unlock();
    }
    if (bothEnded) {
      close(Cut.FIN);
    }
  }

  private Socket destination(Direction direction) {
    return direction == Direction.TO_SERVER ? server : client;
  }
}
