package dev.perennial;

import dev.perennial.StreamException.Reason;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes one connection after the other, each from its attempt to its end. Touched by the engine's
 * thread alone, but for {@link #pump} and {@link #stale}.
 */
final class ConnectionRun<T> {
  private final Options<T> options;
  private final Engine<T> engine;
  private final Reconnector reconnecting;
  private final EngineSignals controls;
  private final Timekeeper time;
  private final String endpoint;

  private @Nullable StreamConnection last; // Null before the first attempt.

  /** Null while no connection is open. */
  private volatile @Nullable Pump<T> pump;

  ConnectionRun(Options<T> options, Engine<T> engine, Reconnector reconnecting) {
    this.options = options;
    this.engine = engine;
    this.reconnecting = reconnecting;
    this.controls = engine.controls();
    this.time = engine.timekeeper();
    this.endpoint = engine.endpoint();
  }

  /** One connection from attempt to end; null when another thread wants something else. */
  @Nullable ConnectionEnd next() throws InterruptedException, CallbackException {
    int number = reconnecting.nextAttempt();
    long mine = controls.generation() + 1;
    StreamConnection fresh =
        options.transport.newConnection(
            new NumberedAttempt(
                number,
                mine,
                engine.intake().position(),
                options.attemptTimeout,
                time,
                options.runtime,
                engine));
    last = fresh;
    try {
      controls.adopt(fresh, mine);
      engine.telling().connecting(number);
      if (controls.isDisturbed()) {
        return null;
      }
      long began = time.nanoTime();
      ConnectionEnd refused = open(fresh, mine);
      if (refused != null || controls.isDisturbed()) {
        return succeeded(fresh, refused != null ? refused : controls.killed());
      }
      return succeeded(fresh, pump(fresh, mine, time.nanoTime() - began));
    } finally {
      pump = null;
      controls.release();
      fresh.close();
    }
  }

  /** The ending, permanent when no connection may follow this one. */
  private @Nullable ConnectionEnd succeeded(
      StreamConnection ended, @Nullable ConnectionEnd ending) {
    if (ended.mayBeFollowed()) {
      boolean isStart = engine.intake().position() == null && !ended.mayBeStartedOver();
      return ending != null && isStart ? ending.withoutStartingOver() : ending;
    }
    if (ending != null) {
      return ending.withoutSuccessor();
    }
    return controls.isParked()
        ? ConnectionEnd.recycled("The connection to " + endpoint + " was parked").withoutSuccessor()
        : null;
  }

  /** Null when the connection is open, or another thread wants something else. */
  private @Nullable ConnectionEnd open(StreamConnection fresh, long mine)
      throws InterruptedException {
    Duration limit = options.attemptTimeout;
    ConnectionEnd tooLate =
        ConnectionEnd.failed(
            Reason.ATTEMPT_TIMEOUT,
            "Expected an answer from " + endpoint + " within " + limit + " but got none",
            null);
    Timekeeper.Timer deadline = time.schedule(() -> controls.kill(mine, tooLate), Nanos.of(limit));
    try {
      fresh.open();
      return null;
    } catch (IOException e) {
      return broken(e, true);
    } finally {
      deadline.close();
    }
  }

  private @Nullable ConnectionEnd pump(StreamConnection fresh, long mine, long tookNanos)
      throws InterruptedException, CallbackException {
    StallLimit stall = options.stalledAfter == null ? null : new StallLimit(options.stalledAfter);
    Pump<T> opened = new Pump<>(fresh, mine, engine, stall);
    pump = opened;
    Timekeeper.Timer age = limitAge(mine);
    try {
      engine.telling().opened(mine, tookNanos);
      ConnectionEnd resumed = engine.gaps().opened();
      return resumed != null ? resumed : opened.run();
    } finally {
      age.close();
      opened.forgetCheck();
    }
  }

  private Timekeeper.Timer limitAge(long mine) {
    Duration limit = options.maxConnectionAge;
    if (limit == null) {
      return () -> {};
    }
    long early = reconnecting.upToNanos(limit.dividedBy(10)); // So that a fleet spreads.
    ConnectionEnd old =
        ConnectionEnd.recycled("The connection reached its maximum age of " + limit);
    return time.schedule(() -> controls.kill(mine, old), Nanos.of(limit) - early);
  }

  /** What the transport threw; null when we closed it because another thread wants the engine. */
  @Nullable ConnectionEnd broken(IOException e, boolean whileOpening) throws InterruptedException {
    if (controls.isDisturbed()) {
      return controls.killed();
    }
    boolean isInterrupt =
        e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException);
    if (isInterrupt && Thread.interrupted()) {
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    }
    if (whileOpening) {
      return IoFailures.whileOpening(e, endpoint);
    }
    return e instanceof SocketTimeoutException ? stale(e) : IoFailures.whileReading(e, endpoint);
  }

  ConnectionEnd stale(@Nullable IOException cause) {
    Duration limit = Duration.ofNanos(engine.silence().deadlines().noByteNanos());
    return ConnectionEnd.failed(
        Reason.STALE,
        "Expected a byte from " + endpoint + " within " + limit + " but got none",
        cause);
  }

  /** Whether the credential that the last connection used was the newest. */
  boolean refuseCredential() {
    return last != null && last.refuseCredential();
  }

  /** Null while no connection is open. By any thread. */
  @Nullable Pump<T> pump() {
    return pump;
  }
}
