package dev.perennial;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one subscription: one thread connects, reads, decodes, delivers and waits, until
 * the stream completes, fails for good, or is closed. What other threads want of it goes through
 * {@link Controls}.
 */
final class Engine<T> implements StreamSubscription, Runnable {
  /** A wake spreads over this time, so that a fleet whose network came back does not stampede. */
  static final Duration WAKE_JITTER = Duration.ofMillis(250);

  /** How long a read that should have had bytes is given to find them after a wake. */
  static final Duration WAKE_GRACE = Duration.ofSeconds(1);

  private final Options<T> options;
  private final Timekeeper time;
  private final Controls controls;
  private final Outlet<T> outlet;
  private final Acknowledged acknowledged;
  private final Telling telling;
  private final SilenceLimit silence;
  private final String endpoint;

  // Touched by the engine's thread alone.
  private final Intake<T> intake;
  private final Reconnecting reconnecting;
  private long credit; // Events that may be handed over without asking the outlet.
  private boolean wasOpened;
  private Verdict.@Nullable Retry asked; // Null unless the server asked us to wait.
  private long askedUntilNanos; // Meaningful while it did.

  // Written by the engine's thread; read by any.
  private volatile @Nullable Pump<T> pump; // Null while no connection is open.
  private volatile long nextAttemptNanos; // Meaningful while waiting.
  private volatile @Nullable Thread thread; // Null before and after the engine runs.

  Engine(Options<T> options, Function<Engine<T>, Outlet<T>> outlets) {
    this.options = options;
    this.time = options.runtime.timekeeper();
    this.controls = new Controls(time);
    this.endpoint = options.transport.endpoint();
    this.acknowledged = new Acknowledged(options.startAfter);
    this.silence = new SilenceLimit(options.staleAfter, Options.DEFAULT_ONE_EVENT_LIMIT);
    this.reconnecting =
        new Reconnecting(
            options.retry, options.retry.newBackoff(options.runtime.random()), options.isFailFast);
    this.outlet = outlets.apply(this);
    StreamObserver observer = Observers.both(options.runtime.observer(), options.observer);
    this.telling = new Telling(this, outlet, controls, observer);
    this.intake = new Intake<>(options, outlet, telling);
  }

  /** Lets the consumer see its subscription, then starts. */
  void start(Runnable introduction, boolean hearsOwnFailure) {
    thread = Thread.currentThread(); // So that awaitClosed() knows a callback here, too.
    try {
      introduction.run();
    } catch (Throwable thrown) {
      controls.fail(new ConsumerFailure(thrown, hearsOwnFailure));
    }
    thread = null;
    start();
  }

  /** Hands the engine to the runtime's executor. */
  void start() {
    try {
      options.runtime.executor().execute(this);
    } catch (Throwable refusal) {
      controls.fail(
          new StreamException(
              Reason.INTERNAL, "The runtime's executor refused the engine: " + refusal, refusal));
      run();
    }
  }

  // ---- The engine's thread ----

  @Override
  public void run() {
    if (!controls.begin()) {
      return;
    }
    thread = Thread.currentThread();
    Throwable end;
    try {
      end = untilClosed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end = new StreamException(Reason.INTERRUPTED, "The engine's thread was interrupted", e);
    } catch (ConsumerFailure e) {
      end = e;
    } catch (Throwable e) { // Never stuck, never silent: whatever it is, it ends the subscription.
      end = new StreamException(Reason.INTERNAL, "The engine failed: " + e, e);
    }
    finish(end);
  }

  /** Returns what the subscription ends with; null when the stream completed or was closed. */
  private @Nullable Throwable untilClosed() throws InterruptedException, ConsumerFailure {
    while (awaitUnparked()) {
      Verdict.Retry rest = stillAskedToWait();
      if (rest != null) {
        awaitRetry(rest);
        continue;
      }
      Ending ending = connectAndPump();
      if (ending == null) {
        telling.disconnected(Reason.ENDED, null); // Parked, closed, or failed by another thread.
        continue;
      }
      telling.disconnected(ending.reason, ending.failure());
      Verdict verdict = reconnecting.judge(ending, intake.position(), time.nanoTime());
      if (verdict instanceof Verdict.Complete) {
        return null;
      } else if (verdict instanceof Verdict.Fail fail) {
        return fail.failure();
      } else if (verdict instanceof Verdict.Lost lost) {
        return serverGap(lost);
      } else if (verdict instanceof Verdict.Retry retry) {
        awaitRetry(retry);
      } else {
        throw new IllegalStateException("Unknown verdict " + verdict);
      }
    }
    return controls.failure();
  }

  /** Waits while parked; false when the subscription is to end. */
  private boolean awaitUnparked() throws InterruptedException, ConsumerFailure {
    if (controls.isParked()) {
      telling.state(new StreamState.Parked());
    }
    return controls.awaitUnparked();
  }

  /** One connection from attempt to end; null when another thread wants something else. */
  private @Nullable Ending connectAndPump() throws InterruptedException, ConsumerFailure {
    int number = reconnecting.nextAttempt();
    long mine = controls.generation() + 1;
    StreamConnection fresh =
        options.transport.newConnection(
            new NumberedAttempt(
                number, mine, intake.position(), options.attemptTimeout, time, options.runtime));
    try {
      controls.adopt(fresh, mine);
      telling.connecting(number);
      if (controls.isDisturbed()) {
        return null;
      }
      long began = time.nanoTime();
      Ending refused = open(fresh, mine);
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
  private @Nullable Ending succeeded(StreamConnection ended, @Nullable Ending ending) {
    if (ended.mayBeFollowed()) {
      return ending;
    }
    if (ending != null) {
      return ending.withoutSuccessor();
    }
    return controls.isParked()
        ? Ending.recycled("The connection to " + endpoint + " was parked").withoutSuccessor()
        : null;
  }

  /** Null when the connection is open, or another thread wants something else. */
  private @Nullable Ending open(StreamConnection fresh, long mine) throws InterruptedException {
    Duration limit = options.attemptTimeout;
    Ending tooLate =
        Ending.failed(
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

  private @Nullable Ending pump(StreamConnection fresh, long mine, long tookNanos)
      throws InterruptedException, ConsumerFailure {
    Pump<T> opened = new Pump<>(fresh, mine, this);
    pump = opened;
    Timekeeper.Timer age = limitAge(mine);
    try {
      telling.opened(mine, tookNanos);
      tellMissingCursor();
      return opened.run();
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
    Ending old = Ending.recycled("The connection reached its maximum age of " + limit);
    return time.schedule(() -> controls.kill(mine, old), Nanos.of(limit) - early);
  }

  /** A stream that had been open and has no cursor to resume with may have missed anything. */
  private void tellMissingCursor() throws ConsumerFailure {
    if (wasOpened && intake.position() == null) {
      telling.gap(
          new Gap(
              Gap.Reason.NO_CURSOR,
              acknowledged.cursor(),
              "The stream was interrupted and has no cursor to resume with"));
    }
    wasOpened = true;
  }

  /** What the transport threw; null when we closed it because another thread wants the engine. */
  @Nullable Ending broken(IOException e, boolean whileOpening) throws InterruptedException {
    if (controls.isDisturbed()) {
      return controls.killed();
    }
    boolean isInterrupt =
        e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException);
    if (isInterrupt && Thread.interrupted()) {
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    }
    if (whileOpening) {
      return Failures.whileOpening(e, endpoint);
    }
    return e instanceof SocketTimeoutException ? stale(e) : Failures.whileReading(e, endpoint);
  }

  Ending stale(@Nullable IOException cause) {
    Duration limit = Duration.ofNanos(silence.deadlines().noByteNanos());
    return Ending.failed(
        Reason.STALE,
        "Expected a byte from " + endpoint + " within " + limit + " but got none",
        cause);
  }

  private GapException serverGap(Verdict.Lost lost) throws ConsumerFailure {
    Gap gap = new Gap(Gap.Reason.SERVER, acknowledged.cursor(), lost.detail());
    telling.gap(gap);
    return new GapException(gap, lost.code(), "Events are missing: " + lost.detail(), lost.cause());
  }

  /** What a park interrupted: it does not shorten the time that the server asked for. */
  private Verdict.@Nullable Retry stillAskedToWait() {
    Verdict.Retry retry = asked;
    long left = askedUntilNanos - time.nanoTime();
    if (retry == null || left <= 0) {
      asked = null;
      return null;
    }
    return new Verdict.Retry(left, left, retry.nextAttempt(), retry.reason(), retry.cause());
  }

  private void awaitRetry(Verdict.Retry retry) throws InterruptedException, ConsumerFailure {
    long began = time.nanoTime();
    asked = retry.boundNanos() > 0 ? retry : null;
    askedUntilNanos = began + retry.boundNanos();
    long due = began + retry.delayNanos();
    nextAttemptNanos = due;
    controls.forgetWake();
    telling.waiting(retry);
    while (controls.awaitWake(due)) {
      long soon = time.nanoTime() + reconnecting.upToNanos(WAKE_JITTER);
      long allowed = began + retry.boundNanos();
      long early = allowed - soon > 0 ? allowed : soon;
      due = early - due < 0 ? early : due;
      nextAttemptNanos = due;
    }
  }

  private void finish(@Nullable Throwable ownEnd) {
    Throwable found = controls.seal();
    Throwable end = found instanceof ConsumerFailure || ownEnd == null ? found : ownEnd;
    boolean isTold = !controls.isClosing();
    boolean isConsumers = end instanceof ConsumerFailure;
    Throwable signal = end;
    if (end instanceof ConsumerFailure thrown) {
      signal = thrown.asStreamException();
      isTold &= thrown.isTold();
    }
    StreamException failure = isTold || isConsumers ? Failures.asStreamException(signal) : null;
    telling.closed(failure);
    if (isTold && !controls.isClosing()) { // Unless an observer has closed it just now.
      outlet.finish(signal);
    } else {
      outlet.abandon();
    }
    thread = null;
    controls.done();
  }

  /** What was handed over could not be delivered, after the engine had ended. By any thread. */
  void failedLate(StreamException failure) {
    telling.closedLate(failure);
  }

  boolean hasCredit() {
    return credit > 0;
  }

  /** Takes the demand there is, or waits for some; false when disturbed. */
  boolean awaitCredit() throws InterruptedException {
    credit = outlet.claim();
    if (credit == 0) {
      credit = controls.awaitDemand(outlet::claim);
    }
    return credit > 0;
  }

  void spendCredit() {
    credit--;
  }

  void serverBase(Duration base) {
    reconnecting.serverBase(base);
  }

  void wasOpen(boolean hasProgress, long openNanos, long progressNanos) {
    reconnecting.wasOpen(hasProgress, openNanos, progressNanos);
  }

  Intake<T> intake() {
    return intake;
  }

  // ---- Any thread ----

  Controls controls() {
    return controls;
  }

  Timekeeper timekeeper() {
    return time;
  }

  Telling telling() {
    return telling;
  }

  SilenceLimit silence() {
    return silence;
  }

  Acknowledged acknowledged() {
    return acknowledged;
  }

  String endpoint() {
    return endpoint;
  }

  /** The consumer asked for more. */
  void demandAdded() {
    outlet.demandAdded();
    controls.outletChanged();
  }

  /** Reactive Streams 3.9, before the engine has ended or after it. */
  void illegalDemand(IllegalDemandException asked) {
    if (!controls.fail(asked)) {
      outlet.illegalDemand(asked);
    }
  }

  @Override
  public void close() {
    controls.close(this);
    outlet.cancel();
  }

  @Override
  public void park() {
    controls.park();
  }

  @Override
  public void unpark() {
    controls.unpark();
  }

  @Override
  public void wake() {
    controls.wake();
    Pump<T> open = pump;
    if (open != null) {
      open.checkSilence(Nanos.of(WAKE_GRACE));
    }
  }

  @Override
  public StreamState state() {
    StreamState state = telling.state();
    return state instanceof StreamState.Open open && controls.isWaitingForDemand()
        ? new StreamState.Open(open.connection(), true)
        : state;
  }

  @Override
  public @Nullable String cursor() {
    return acknowledged.cursor();
  }

  @Override
  public long connection() {
    return controls.generation();
  }

  @Override
  public int buffered() {
    return outlet.buffered();
  }

  @Override
  public @Nullable Duration lastByteAge() {
    StreamConnection open = pump == null ? null : controls.connection();
    return open == null ? null : sinceNow(open.lastByteNanos() - time.nanoTime(), -1);
  }

  @Override
  public @Nullable Duration nextAttemptIn() {
    boolean isWaiting = telling.state() instanceof StreamState.Waiting;
    return isWaiting ? sinceNow(nextAttemptNanos - time.nanoTime(), 1) : null;
  }

  private static Duration sinceNow(long nanos, int sign) {
    return Duration.ofNanos(Math.max(0, sign * nanos));
  }

  @Override
  public void awaitClosed() throws InterruptedException {
    awaitClosed(Nanos.FOREVER);
  }

  @Override
  public boolean awaitClosed(Duration timeout) throws InterruptedException {
    return awaitClosed(Nanos.of(timeout));
  }

  private boolean awaitClosed(long nanos) throws InterruptedException {
    if (thread == Thread.currentThread() || outlet.isInCallback()) {
      throw new IllegalStateException("awaitClosed() within a callback would wait for itself");
    }
    if (!controls.awaitDone(nanos, outlet::isQuiet)) {
      return false;
    }
    StreamException ended =
        telling.state() instanceof StreamState.Closed closed ? closed.failure() : null;
    if (ended != null) {
      throw ended;
    }
    return true;
  }
}
