package dev.perennial.internal.engine;

import dev.perennial.CloseOccasion;
import dev.perennial.Payload;
import dev.perennial.ServerError;
import dev.perennial.ServerResponse;
import dev.perennial.StreamException.Reason;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.consumer.Callbacks;
import dev.perennial.internal.control.EngineSignals;
import dev.perennial.internal.control.SubscriptionContext;
import dev.perennial.internal.control.SubscriptionStatus;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.internal.retry.IoFailures;
import dev.perennial.internal.retry.Reconnector;
import dev.perennial.internal.time.Durations;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One connection from its attempt to its close. It lives as long as its connection, so nothing of
 * an older one can be mistaken for its own. Used by the engine thread, except for what the methods
 * of {@link SubscriptionStatus.OpenConnection} do.
 */
final class ConnectionRun implements SubscriptionStatus.OpenConnection {
  private final StreamConnection connection;
  private final long number;
  private final int attempt;
  private final @Nullable String cursor; // What the connection asks for.
  private final String transportEndpoint; // When the connection does not know better.
  private final EngineSignals signals;
  private final Timekeeper time;
  private final ReadLimits limits;
  private final Notifier notifier;

  // Set when the connection is open.
  private boolean isOpen;
  private long openedNanos;
  private long tookNanos;
  private long lastByteNanos;
  private long progressNanos; // When the last new event came.
  private Timekeeper.Timer age = () -> {};

  private long newEvents;
  private long openNanos; // Set when the connection is concluded.
  private long silenceNanos; // The silence that the last frame ended.
  private long bytesReported;
  private @Nullable ServerError apparentError; // Of the last event; null when it is none.
  private @Nullable ConnectionEnd end; // Null until a read found it.

  /** Why the connection is closed; as it is if a callback threw, until it is concluded. */
  private CloseOccasion occasion = CloseOccasion.FAILURE;

  /** Odd while a read is under way. Counted with ordered writes: wakes are rare, events are not. */
  private final AtomicLong reads = new AtomicLong();

  /** The check to come of a read that a wake found waiting; null while there is none. */
  private final AtomicReference<@Nullable SilenceCheck> check = new AtomicReference<>();

  /** Null until the connection is open, and if no other one may follow it. */
  private volatile @Nullable PathCheck pathCheck;

  private volatile boolean isClosed;

  private record SilenceCheck(long read, Timekeeper.Timer timer) {}

  ConnectionRun(
      StreamConnection connection,
      long number,
      int attempt,
      @Nullable String cursor,
      SubscriptionContext<?> context,
      ReadLimits limits,
      Notifier notifier) {
    this.connection = connection;
    this.number = number;
    this.attempt = attempt;
    this.cursor = cursor;
    this.transportEndpoint = context.endpoint();
    this.signals = context.signals();
    this.time = context.time();
    this.limits = limits;
    this.notifier = notifier;
  }

  /** Connects; returns why that failed, null when the connection is open. */
  @Nullable ConnectionEnd open(Duration timeout) throws InterruptedException, CallbackException {
    notifier.connecting(attempt);
    if (signals.hasRequest()) {
      return signals.requestedEnd();
    }
    long began = time.nanoTime();
    OpeningDeadline deadline = new OpeningDeadline(began, timeout);
    deadline.checkAfter(Nanos.of(timeout));
    try {
      connection.open();
    } catch (IOException e) {
      return endOf(e);
    } finally {
      deadline.close();
    }
    if (signals.hasRequest()) {
      return signals.requestedEnd();
    }
    openedNanos = time.nanoTime();
    lastByteNanos = openedNanos;
    progressNanos = openedNanos;
    isOpen = true;
    tookNanos = openedNanos - began;
    limits.opened(endpoint());
    if (connection.mayBeFollowed() && connection.mayBeStartedOver()) {
      pathCheck = new PathCheck(connection, () -> reads.get() % 2 != 0, time, this::pathIsGone);
    }
    return null;
  }

  /** The network is another one, and nothing comes on the path of the one before. */
  private void pathIsGone() {
    signals.kill(
        number,
        ConnectionEnd.recycled(
            "The network is another one, and no byte came from "
                + endpoint()
                + " within "
                + PathCheck.GRACE));
  }

  /** Ends an attempt that takes too long. Its connection may allow more time than it had first. */
  private final class OpeningDeadline {
    private final long beganNanos;
    private volatile Timekeeper.Timer timer = () -> {};
    private volatile boolean isOver;
    private volatile Duration limit; // As the failure says it.

    OpeningDeadline(long beganNanos, Duration timeout) {
      this.beganNanos = beganNanos;
      this.limit = timeout;
    }

    void checkAfter(long nanos) {
      timer = time.schedule(this::check, nanos);
      if (isOver) {
        timer.close();
      }
    }

    private void check() {
      if (isOver) {
        return;
      }
      long more = connection.openingNanosLeft();
      if (more > 0) {
        long nanos = Nanos.plus(time.nanoTime() - beganNanos, more);
        Duration seconds = Duration.ofSeconds(TimeUnit.NANOSECONDS.toSeconds(nanos));
        limit = seconds.compareTo(limit) > 0 ? seconds : limit;
        checkAfter(more);
        return;
      }
      signals.kill(
          number,
          ConnectionEnd.failed(
              Reason.ATTEMPT_TIMEOUT,
              "Expected an answer from "
                  + endpoint()
                  + " within "
                  + Durations.text(limit)
                  + " but got none",
              null));
    }

    void close() {
      isOver = true;
      timer.close();
    }
  }

  /** Where the connection leads, as messages show it. Any thread. */
  String endpoint() {
    String known = connection.endpoint();
    return known != null ? known : transportEndpoint;
  }

  /**
   * Whether the stream can go on with another connection when this one is lost.
   *
   * @param hasPosition whether another connection would resume
   */
  boolean isReplaceable(boolean hasPosition) {
    return connection.mayBeFollowed() && (hasPosition || connection.mayBeStartedOver());
  }

  /** Ends the connection when it has reached this age. */
  void limitAge(Duration limit, long earlyNanos) {
    ConnectionEnd old =
        ConnectionEnd.recycled(
            "The connection reached its maximum age of " + Durations.text(limit));
    age = time.schedule(() -> signals.kill(number, old), Nanos.of(limit) - earlyNanos);
  }

  /** Reads the next frame; null when the connection has ended, by {@link #end}. */
  @Nullable Frame read() throws InterruptedException, CallbackException {
    Frame frame;
    reads.lazySet(reads.get() + 1);
    try {
      frame = limits.isStallLimited() ? timedRead() : connection.read(limits.deadlines());
    } catch (IOException e) {
      end = endOf(e);
      return null;
    } finally {
      reads.lazySet(reads.get() + 1);
    }
    if (signals.hasRequest()) {
      end = signals.requestedEnd();
      return null;
    }
    if (frame == null) {
      end = apparentError == null ? ConnectionEnd.orderly(endpoint()) : reported(apparentError);
      return null;
    }
    if (frame.kind() == Payload.Kind.EVENT) {
      apparentError = frame.error();
    }
    silenceNanos = 0;
    long last = connection.lastByteNanos();
    if (last != lastByteNanos) {
      silenceNanos = last - Nanos.later(lastByteNanos, connection.waitingSinceNanos());
      lastByteNanos = last;
      reportBytes();
    }
    return frame;
  }

  private ConnectionEnd reported(ServerError error) {
    return ConnectionEnd.reported(error, endpoint(), connection);
  }

  private @Nullable Frame timedRead() throws IOException {
    long began = time.nanoTime();
    try {
      return connection.read(limits.forNextRead());
    } finally {
      limits.readTook(time.nanoTime() - began);
    }
  }

  /** Returns what an exception means; the request, when we closed the connection ourselves. */
  private ConnectionEnd endOf(IOException e) throws InterruptedException {
    if (signals.hasRequest()) {
      return signals.requestedEnd();
    }
    if (isOpen && limits.isStalled()) {
      return limits.stalledEnd();
    }
    boolean isTimeout = e instanceof SocketTimeoutException;
    if (e instanceof InterruptedIOException && !isTimeout && Thread.interrupted()) {
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    }
    if (!isOpen) {
      return IoFailures.whileOpening(e, endpoint());
    }
    return isTimeout ? limits.staleEnd(e) : IoFailures.whileReading(e, endpoint());
  }

  private void reportBytes() throws CallbackException {
    if (notifier.isObserved()) {
      long all = connection.bytesRead();
      if (all > bytesReported) {
        notifier.bytes(all - bytesReported);
        bytesReported = all;
      }
    }
  }

  /** How the connection ends with a frame that reports an error. */
  ConnectionEnd endWith(Frame report) {
    ServerError error = report.error();
    return reported(error != null ? error : ServerError.retryable(report.text()));
  }

  /** How the connection ended; after {@link #read} has returned null. */
  ConnectionEnd end() {
    ConnectionEnd known = end;
    if (known == null) {
      throw new IllegalStateException("Connection " + number + " has not ended");
    }
    return known;
  }

  /** Whether this connection has brought an event that is new. */
  boolean hasProgressed() {
    return newEvents > 0;
  }

  /** A new event was handed over. */
  void progressed() {
    newEvents++;
    progressNanos = lastByteNanos;
  }

  /**
   * Adds to an end what the connection came to, and whether another connection may follow it.
   *
   * @param hasPosition whether another connection would resume
   */
  ConnectionEnd concluded(ConnectionEnd why, boolean hasPosition) throws CallbackException {
    ConnectionEnd ended = why;
    boolean isParked = why == ConnectionEnd.ON_REQUEST && signals.isParked();
    occasion = isParked ? CloseOccasion.PARK : why.occasion();
    if (isOpen) {
      reportBytes(); // Including those after the last frame.
      if (why.reason() == Reason.STALE) {
        limits.staleReached();
      }
      openNanos = time.nanoTime() - openedNanos;
      ended = why.after(newEvents, openNanos);
    }
    if (connection.mayBeFollowed()) {
      boolean isStart = !hasPosition && !connection.mayBeStartedOver();
      return isStart ? ended.withoutStartingOver() : ended;
    }
    if (isParked) {
      ended = ConnectionEnd.recycled("The connection to " + endpoint() + " was parked");
    }
    return ended.withoutSuccessor();
  }

  /** Closes the connection. */
  void close() {
    isClosed = true; // Before the look: a check scheduled later reads this.
    age.close();
    closeTimer(check.get());
    PathCheck path = pathCheck;
    if (path != null) {
      path.close();
    }
    signals.release();
    Callbacks.runLast(() -> connection.close(occasion));
  }

  /** Refuses the credential that this connection used; returns whether it was the newest. */
  boolean refuseCredential() {
    return connection.refuseCredential();
  }

  /** What the server answered; null when the transport does not know it. */
  @Nullable ServerResponse response() {
    return connection.response();
  }

  boolean wasOpen() {
    return isOpen;
  }

  /**
   * What the open connection came to; after {@link #concluded}.
   *
   * @param position where the next connection goes on
   */
  Reconnector.OpenPeriod openPeriod(Position position) {
    return new Reconnector.OpenPeriod(
        newEvents, position.hasMovedFrom(cursor), openNanos, progressNanos - openedNanos);
  }

  /** How long the attempt took until the connection was open. */
  long tookNanos() {
    return tookNanos;
  }

  /** The silence that the last frame ended. */
  long silenceNanos() {
    return silenceNanos;
  }

  /** When the last byte of the last frame came. */
  long lastFrameNanos() {
    return lastByteNanos;
  }

  long number() {
    return number;
  }

  // ---- Any thread ----

  @Override
  public long lastByteNanos() {
    return connection.lastByteNanos();
  }

  @Override
  public void checkSilence(long graceNanos) {
    connection.probe();
    checkSilenceAfter(graceNanos);
  }

  @Override
  public void networkChanged() {
    connection.probe();
    PathCheck path = pathCheck;
    if (path != null) {
      path.networkChanged();
    }
  }

  @Override
  public void replace() {
    if (pathCheck != null) { // Another one may follow.
      signals.kill(
          number,
          ConnectionEnd.replaced("The application asked for another connection to " + endpoint()));
    }
  }

  private void checkSilenceAfter(long graceNanos) {
    long reading = reads.get();
    SilenceCheck pending = check.get();
    boolean isPending = pending != null && pending.read == reading;
    if (reading % 2 == 0 || isPending || !isSilent()) {
      return;
    }
    Timekeeper.Timer timer = time.schedule(() -> killIfStill(reading), graceNanos);
    closeTimer(check.getAndSet(new SilenceCheck(reading, timer)));
    if (isClosed) {
      timer.close();
    }
  }

  private void killIfStill(long reading) {
    if (reads.get() == reading && isSilent()) {
      signals.kill(number, limits.staleEnd(null));
    }
  }

  private boolean isSilent() {
    long since = Nanos.later(connection.lastByteNanos(), connection.waitingSinceNanos());
    return time.nanoTime() - since > limits.deadlines().noByteNanos();
  }

  private static void closeTimer(@Nullable SilenceCheck pending) {
    if (pending != null) {
      pending.timer.close();
    }
  }
}
