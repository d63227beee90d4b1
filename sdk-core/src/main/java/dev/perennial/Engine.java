package dev.perennial;

import dev.perennial.StreamException.Reason;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.spi.Sequence;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one subscription: one thread connects, reads, decodes, delivers and waits, until
 * the stream completes, fails for good, or is closed. What other threads want of it goes through
 * {@link Controls}.
 */
final class Engine<T> implements StreamSubscription, Runnable {
  /** How long a read that should have had bytes is given to find them after a wake. */
  static final Duration WAKE_GRACE = Duration.ofSeconds(1);

  private static final long NEVER = Long.MIN_VALUE;

  private final Options<T> options;
  private final Timekeeper time;
  private final Controls controls;
  private final Outlet<T> outlet;
  private final Acknowledged acknowledged;
  private final Telling telling;
  private final @Nullable CursorWriter writer; // Null without a store.
  private final SilenceLimit silence;
  private final String endpoint;

  // Touched by the engine's thread alone.
  private final Intake<T> intake;
  private final GapFilling<T> gaps;
  private final @Nullable SequenceGuard<T> sequences; // Null when none is declared.
  private final Reconnecting reconnecting;
  private final RetryWait waiting;
  private final Attempts<T> attempts;
  private long credit; // Events that may be handed over without asking the outlet.
  private @Nullable NetworkWatch network; // Null without a monitor.

  // Written by the engine's thread; read by any.
  private final AtomicLong lastEventNanos = new AtomicLong(NEVER);
  private volatile @Nullable Thread thread; // Null before and after the engine runs.

  Engine(Options<T> options, Function<Engine<T>, Outlet<T>> outlets) {
    this.options = options;
    this.time = options.runtime.timekeeper();
    this.controls = new Controls(time);
    this.endpoint = options.transport.endpoint();
    this.acknowledged = new Acknowledged(options.maxUnacknowledged, options.startAfter);
    this.silence = new SilenceLimit(options.staleAfter, Options.DEFAULT_ONE_EVENT_LIMIT);
    this.reconnecting =
        new Reconnecting(
            options.retry,
            options.retry.newBackoff(options.runtime.random()),
            options.isFailFast,
            options.transport.hasCredentials());
    this.outlet = outlets.apply(this);
    StreamObserver observer = Observers.both(options.runtime.observer(), options.observer);
    this.telling = new Telling(this, outlet, controls, observer);
    this.waiting = new RetryWait(time, controls, reconnecting, telling);
    this.intake = new Intake<>(options, outlet, telling, acknowledged);
    this.gaps = new GapFilling<>(options.gapPolicy, this, outlet);
    Sequence sequence = options.transport.sequence();
    this.sequences =
        sequence == null ? null : new SequenceGuard<>(sequence, gaps, acknowledged, endpoint);
    this.attempts = new Attempts<>(options, this, reconnecting);
    this.writer = newWriter();
    if (writer != null || options.maxUnacknowledged > 0) {
      acknowledged.onChange(this::acknowledgedChanged);
    }
  }

  private @Nullable CursorWriter newWriter() {
    CursorStore store = options.store;
    return store == null
        ? null
        : new CursorWriter(
            store,
            Nanos.of(options.saveEvery),
            time,
            options.runtime.helpers(),
            acknowledged,
            controls,
            telling::cursorNotSaved);
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
      NetworkMonitor monitor = options.runtime.network();
      network = monitor == null ? null : NetworkWatch.begin(monitor, controls, this::wake);
      end = loadCursor();
      end = end != null ? end : untilClosed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end =
          new StreamException(
              Reason.INTERRUPTED,
              "The thread of the subscription to " + endpoint() + " was interrupted",
              e);
    } catch (ConsumerFailure e) {
      end = e;
    } catch (Throwable e) { // Never stuck, never silent: whatever it is, it ends the subscription.
      end =
          new StreamException(
              Reason.INTERNAL, "The subscription to " + endpoint() + " failed: " + e, e);
    }
    finish(end);
  }

  /** Null when the cursor to start after is known. */
  private @Nullable StreamException loadCursor() throws InterruptedException {
    String start = options.startAfter;
    if (writer != null) {
      try {
        String stored = writer.begin();
        start = stored != null ? stored : start;
      } catch (StreamException e) {
        return e;
      }
    }
    acknowledged.startAt(start);
    intake.startAfter(start);
    return null;
  }

  /** Returns what the subscription ends with; null when the stream completed or was closed. */
  private @Nullable Throwable untilClosed() throws InterruptedException, ConsumerFailure {
    while (awaitUnparked()) {
      Verdict.Retry rest = waiting.rest();
      if (rest != null) {
        waiting.await(rest);
        continue;
      }
      Ending ending = attempts.next();
      if (ending == null) {
        telling.disconnected(Reason.ENDED, null); // Parked, closed, or failed by another thread.
        continue;
      }
      telling.disconnected(ending.reason, ending.failure());
      long now = time.nanoTime();
      Verdict verdict = suspected(reconnecting.judge(ending, intake.position(), now), now);
      if (verdict instanceof Verdict.Complete) {
        return null;
      } else if (verdict instanceof Verdict.Fail fail) {
        return fail.failure();
      } else if (verdict instanceof Verdict.Lost lost) {
        GapException failure = gaps.lost(lost);
        if (failure != null) {
          return failure;
        }
      } else if (verdict instanceof Verdict.Retry retry) {
        waiting.await(retry.notBefore(budgetNanos(now), "host-budget"));
      } else if (verdict instanceof Verdict.Refresh) {
        reconnecting.credentialRefused(attempts.refuseCredential());
      } else {
        throw new IllegalStateException("Unknown verdict " + verdict);
      }
    }
    return controls.failure();
  }

  private long budgetNanos(long now) {
    return options.runtime.budget().takeNanos(options.transport.host(), now);
  }

  /** What becomes of a retry when the server seems to refuse the cursor. */
  private Verdict suspected(Verdict verdict, long now) throws ConsumerFailure {
    CursorSuspicion suspicion = reconnecting.suspicion();
    if (!(verdict instanceof Verdict.Retry) || !suspicion.isRaised(now)) {
      return verdict;
    }
    String detail = suspicion.toString();
    suspicion.clear();
    telling.cursorSuspected(detail);
    return options.gapPolicy.speaksFor(Gap.Reason.CURSOR_REJECTED)
        ? new Verdict.Lost(Gap.Reason.CURSOR_REJECTED, -1, detail, null)
        : verdict;
  }

  /** Waits while parked or without a network; false when the subscription is to end. */
  private boolean awaitUnparked() throws InterruptedException, ConsumerFailure {
    while (true) {
      if (controls.isParked()) {
        telling.state(new StreamState.Parked());
      }
      if (!controls.awaitUnparked()) {
        return false;
      }
      if (!controls.isOffline()) {
        return true;
      }
      telling.state(new StreamState.Offline());
      controls.awaitOnline();
      waiting.spread();
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
    if (network != null) {
      network.end();
    }
    if (writer != null) {
      writer.end();
    }
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
    credit = claim();
    if (credit == 0) {
      credit = controls.awaitDemand(this::claim);
    }
    return credit > 0;
  }

  private long claim() {
    long room = acknowledged.room();
    return room == 0 ? 0 : outlet.claim(room);
  }

  /** An event was handed over whose last byte came then. */
  void handedOver(long lastByteNanos) {
    credit--;
    lastEventNanos.lazySet(lastByteNanos); // Ordered, without a fence for each event.
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

  Attempts<T> attempts() {
    return attempts;
  }

  GapFilling<T> gaps() {
    return gaps;
  }

  @Nullable SequenceGuard<T> sequences() {
    return sequences;
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

  private void acknowledgedChanged() {
    if (writer != null) {
      writer.moved();
    }
    if (options.maxUnacknowledged > 0) {
      controls.outletChanged();
    }
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
    Pump<T> open = attempts.pump();
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
    StreamConnection open = attempts.pump() == null ? null : controls.connection();
    return open == null ? null : sinceNow(open.lastByteNanos() - time.nanoTime(), -1);
  }

  @Override
  public @Nullable Duration lastEventAge() {
    long last = lastEventNanos.get();
    return last == NEVER ? null : sinceNow(last - time.nanoTime(), -1);
  }

  @Override
  public @Nullable Duration nextAttemptIn() {
    boolean isWaiting = telling.state() instanceof StreamState.Waiting;
    return isWaiting ? sinceNow(waiting.nextAttemptNanos() - time.nanoTime(), 1) : null;
  }

  /** Saves what was acknowledged since the last save, on the calling thread. */
  void saveCursor() {
    if (writer != null) {
      writer.flush();
    }
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
    saveCursor();
    StreamException ended =
        telling.state() instanceof StreamState.Closed closed ? closed.failure() : null;
    if (ended != null) {
      throw ended;
    }
    return true;
  }
}
