package dev.perennial.testkit;

import dev.perennial.testkit.internal.LoopbackListener;
import dev.perennial.testkit.internal.RealTime;
import dev.perennial.testkit.internal.Settings;
import dev.perennial.testkit.internal.proxy.CutPlan;
import dev.perennial.testkit.internal.proxy.ProxiedConnection;
import dev.perennial.testkit.internal.proxy.ProxyTally;
import dev.perennial.testkit.internal.proxy.TrafficControl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy in front of a server on this machine, which does to connections what bad networks do.
 *
 * <pre>{@code
 * try (ChaosProxy proxy = ChaosProxy.inFrontOf(server.port())) {
 *   proxy.latency(Direction.TO_CLIENT, Duration.ofMillis(80));
 *   proxy.cutNext(Direction.TO_CLIENT, 1_000, Cut.RST);
 *   proxy.uri("/ticks"); // what the client under test subscribes to
 * }
 * }</pre>
 *
 * <p>Latency, bandwidth, slices and holds apply at once to all connections, live and future, until
 * they are set again or {@link #calm} removes them, which also ends waits that they caused. The
 * proxy listens on 127.0.0.1 only, on a free port, and serves each connection with two daemon
 * threads. It passes on what one side does to the other: an orderly end as an orderly end, a reset
 * as a reset. If the server refuses the connection, the proxy resets the client's.
 *
 * <p>All methods may be called from any thread.
 *
 * @since 0.1.0
 */
public final class ChaosProxy implements AutoCloseable {

  private static final int MOST_CONNECTIONS = 1024;

  private final InetSocketAddress target;
  private final TrafficControl valve = new TrafficControl();
  private final ProxyTally tally = new ProxyTally();
  private final LoopbackListener listener;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Set<ProxiedConnection> live = new HashSet<>();

  // Guarded by lock.
  private final Deque<CutPlan> nextCuts = new ArrayDeque<>();

  // Guarded by lock.
  private final Set<Direction> blackHoles = EnumSet.noneOf(Direction.class);

  // Guarded by lock.
  private @Nullable CutPlan everyCut; // null when not every connection is cut

  // Guarded by lock.
  private boolean down;

  // Guarded by lock.
  private boolean closed;

  private ChaosProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    this.listener = LoopbackListener.reserve("proxy", this::accepted);
  }

  /**
   * Starts a proxy in front of a port of 127.0.0.1.
   *
   * @throws IOException if no port can be bound
   */
  public static ChaosProxy inFrontOf(int port) throws IOException {
    return inFrontOf(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
  }

  /**
   * Starts a proxy in front of a server on this machine. The server need not be there yet.
   *
   * @throws IllegalArgumentException if the address is not a loopback address
   * @throws IOException if no port can be bound
   */
  public static ChaosProxy inFrontOf(InetSocketAddress target) throws IOException {
    if (target.isUnresolved() || !target.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException("target must be a loopback address but was " + target);
    }
    ChaosProxy proxy = new ChaosProxy(target);
    proxy.listener.up();
    return proxy;
  }

  /**
   * Returns the proxy's own port on 127.0.0.1; it stays the same when the proxy goes down and up.
   */
  public int port() {
    return listener.port();
  }

  /**
   * Returns the address of a path of the server through this proxy.
   *
   * @param path the path and perhaps a query, beginning with a slash
   */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** Delays every byte by a time, at full throughput. Zero, the default: no latency. */
  public void latency(Direction direction, Duration latency) {
    Settings.requireNotNegative("latency", latency);
    valve.reshape(direction, shape -> shape.withLatency(RealTime.nanosOf(latency)));
    tally.injected(ProxyFault.LATENCY);
  }

  /** Limits the bytes per second of each connection. */
  public void bandwidth(Direction direction, long bytesPerSecond) {
    Settings.requirePositive("bandwidth", bytesPerSecond);
    valve.reshape(direction, shape -> shape.withBandwidth(bytesPerSecond));
    tally.injected(ProxyFault.BANDWIDTH);
  }

  /** Writes at most a number of bytes at once, with a pause after each write. */
  public void slice(Direction direction, int bytes, Duration pause) {
    Settings.requirePositive("slice", bytes);
    Settings.requireNotNegative("pause", pause);
    valve.reshape(direction, shape -> shape.withSlices(bytes, RealTime.nanosOf(pause)));
    tally.injected(ProxyFault.SLICE);
  }

  /**
   * Holds bytes back until there are this many, like a buffering proxy. The end of the stream
   * releases them, too.
   */
  public void hold(Direction direction, int bytes) {
    Settings.requirePositive("hold", bytes);
    valve.reshape(direction, shape -> shape.withHold(bytes));
    tally.injected(ProxyFault.HOLD);
  }

  /**
   * Makes bytes vanish while connections look alive: permanently on live connections, and on those
   * accepted until {@link #calm}. The end of the stream and a reset vanish, too.
   */
  public void blackHole(Direction direction) {
    tally.injected(ProxyFault.BLACK_HOLE);
    lock.lock();
    try {
      blackHoles.add(direction);
      live.forEach(connection -> connection.makeBlackHole(direction));
    } finally {
      lock.unlock();
    }
  }

  /** Stops forwarding in both directions, while the system still acknowledges bytes. */
  public void freeze() {
    valve.freeze();
    tally.injected(ProxyFault.FREEZE);
  }

  /** Forwards again after {@link #freeze}, first what arrived meanwhile. */
  public void thaw() {
    valve.thaw();
  }

  /**
   * Cuts the next connection after exactly this many bytes in one direction. Each further call cuts
   * one more connection. With zero bytes the connection is cut when the first byte arrives, which
   * is not forwarded. {@link Cut#HALF_CLOSE} ends that direction only.
   */
  public void cutNext(Direction direction, long afterBytes, Cut how) {
    Settings.requireNotNegative("afterBytes", afterBytes);
    lock.lock();
    try {
      nextCuts.add(new CutPlan(direction, afterBytes, how));
    } finally {
      lock.unlock();
    }
  }

  /** Cuts every connection accepted from now on. {@link #cutNext} takes precedence. */
  public void cutEvery(Direction direction, long afterBytes, Cut how) {
    Settings.requireNotNegative("afterBytes", afterBytes);
    lock.lock();
    try {
      everyCut = new CutPlan(direction, afterBytes, how);
    } finally {
      lock.unlock();
    }
  }

  /** Cuts all live connections now. {@link Cut#HALF_CLOSE} ends the direction to the client. */
  public void cutAll(Cut how) {
    for (ProxiedConnection connection : liveNow()) {
      connection.cut(how, Direction.TO_CLIENT);
    }
  }

  /**
   * Refuses new connections and resets the live ones. Does nothing when the proxy is down.
   *
   * @throws IOException if the listening socket cannot be closed
   */
  public void down() throws IOException {
    lock.lock();
    try {
      if (down || closed) {
        return;
      }
      down = true;
    } finally {
      lock.unlock();
    }
    tally.injected(ProxyFault.DOWN);
    listener.down();
    cutAll(Cut.RST);
  }

  /**
   * Accepts connections again, on the same port. Does nothing when the proxy is up.
   *
   * @throws IOException if the port cannot be bound again
   */
  public void up() throws IOException {
    lock.lock();
    try {
      down = false;
    } finally {
      lock.unlock();
    }
    listener.up();
  }

  /**
   * Removes latency, bandwidth, slices, holds and planned cuts, makes no more black holes, and
   * thaws. A proxy that is down stays down, and existing black holes stay.
   */
  public void calm() {
    valve.clear();
    valve.thaw();
    lock.lock();
    try {
      nextCuts.clear();
      everyCut = null;
      blackHoles.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the counters so far. */
  public ProxyCounters counters() {
    return tally.counters(liveNow().size());
  }

  /** Closes all sockets and ends all threads, within a second. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    listener.close();
    liveNow().forEach(connection -> connection.close(Cut.FIN));
    listener.threads().close();
  }

  private List<ProxiedConnection> liveNow() {
    lock.lock();
    try {
      return List.copyOf(live);
    } finally {
      lock.unlock();
    }
  }

  private void accepted(Socket client) {
    ProxiedConnection connection = admit(client);
    if (connection == null) {
      Cut.RST.applyTo(client);
      return;
    }
    connection.start(target, listener.threads(), "from-" + client.getPort());
  }

  /** Adds a connection; returns null when it cannot be served. */
  private @Nullable ProxiedConnection admit(Socket client) {
    lock.lock();
    try {
      if (closed || down || live.size() >= MOST_CONNECTIONS) {
        return null;
      }
      CutPlan next = nextCuts.poll();
      CutPlan plan = next == null ? everyCut : next;
      ProxiedConnection connection =
          new ProxiedConnection(client, valve, tally, plan, blackHoles, this::forget);
      live.add(connection);
      tally.accepted();
      return connection;
    } finally {
      lock.unlock();
    }
  }

  private void forget(ProxiedConnection connection) {
    lock.lock();
    try {
      live.remove(connection);
    } finally {
      lock.unlock();
    }
  }
}
