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
 * {@link EngineSignals}.
 */
final class Engine<T> implements StreamSubscription, Runnable {
  /** How long a read that should have had bytes is given to find them after a wake. */
  static final Duration WAKE_GRACE = Duration.ofSeconds(1);

  private static final long NEVER = Long.MIN_VALUE;

  private final Options<T> options;
  private final Timekeeper time;
  private final EngineSignals controls;
  private final Delivery<T> outlet;
  private final AcknowledgedCursor acknowledged;
  private final Notifier telling;
  private final @Nullable CursorWriter writer; // Null without a store.
  private final ReadLimits silence;
  private final String endpoint;

  // Touched by the engine's thread alone.
  private final EventPipeline<T> intake;
  private final GapHandler<T> gaps;
  private final @Nullable SequenceChecker<T> sequences; // Null when none is declared.
  private final Reconnector reconnecting;
  private final RetryTimer waiting;
  private final ConnectionRun<T> attempts;
  private long credit; // Events that may be handed over without asking the outlet.
  private @Nullable NetworkWatch network; // Null without a monitor.

  // Written by the engine's thread; read by any.
  private final AtomicLong lastEventNanos = new AtomicLong(NEVER);
  private volatile @Nullable Thread thread; // Null before and after the engine runs.

  Engine(Options<T> options, Function<Engine<T>, Delivery<T>> outlets) {
    this.options = options;
    this.time = options.runtime.timekeeper();
    this.controls = new EngineSignals(time);
    this.endpoint = options.transport.endpoint();
    this.acknowledged = new AcknowledgedCursor(options.maxUnacknowledged, options.startAfter);
    this.silence = new ReadLimits(options.staleAfter, Options.DEFAULT_ONE_EVENT_LIMIT);
    this.reconnecting =
        new Reconnector(
            options.retry,
            options.retry.newBackoff(options.runtime.random()),
            options.isFailFast,
            options.transport.hasCredentials());
    this.outlet = outlets.apply(this);
    StreamObserver observer = Observers.both(options.runtime.observer(), options.observer);
    this.telling = new Notifier(this, outlet, controls, observer);
    this.waiting = new RetryTimer(time, controls, reconnecting, telling);
    this.intake = new EventPipeline<>(options, outlet, telling, acknowledged);
    this.gaps = new GapHandler<>(options.gapPolicy, this, outlet);
    Sequence sequence = options.transport.sequence();
    this.sequences =
        sequence == null ? null : new SequenceChecker<>(sequence, gaps, acknowledged, endpoint);
    this.attempts = new ConnectionRun<>(options, this, reconnecting);
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
      controls.fail(new CallbackException(thrown, hearsOwnFailure));
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
    } catch (CallbackException e) {
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
  private @Nullable Throwable untilClosed() throws InterruptedException, CallbackException {
    while (awaitUnparked()) {
      NextStep.Retry rest = waiting.rest();
      if (rest != null) {
        waiting.await(rest);
        continue;
      }
      ConnectionEnd ending = attempts.next();
      if (ending == null) {
        telling.disconnected(Reason.ENDED, null); // Parked, closed, or failed by another thread.
        continue;
      }
      telling.disconnected(ending.reason, ending.failure());
      long now = time.nanoTime();
      NextStep verdict = suspected(reconnecting.judge(ending, intake.position(), now), now);
      if (verdict instanceof NextStep.Complete) {
        return null;
      } else if (verdict instanceof NextStep.Fail fail) {
        return fail.failure();
      } else if (verdict instanceof NextStep.Lost lost) {
        GapException failure = gaps.lost(lost);
        if (failure != null) {
          return failure;
        }
      } else if (verdict instanceof NextStep.Retry retry) {
        waiting.await(retry.notBefore(budgetNanos(now), "host-budget"));
      } else if (verdict instanceof NextStep.Refresh) {
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
  private NextStep suspected(NextStep verdict, long now) throws CallbackException {
    CursorSuspicion suspicion = reconnecting.suspicion();
    if (!(verdict instanceof NextStep.Retry) || !suspicion.isRaised(now)) {
      return verdict;
    }
    String detail = suspicion.toString();
    suspicion.clear();
    telling.cursorSuspected(detail);
    return options.gapPolicy.speaksFor(Gap.Reason.CURSOR_REJECTED)
        ? new NextStep.Lost(Gap.Reason.CURSOR_REJECTED, -1, detail, null)
        : verdict;
  }

  /** Waits while parked or without a network; false when the subscription is to end. */
  private boolean awaitUnparked() throws InterruptedException, CallbackException {
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
    Throwable end = found instanceof CallbackException || ownEnd == null ? found : ownEnd;
    boolean isTold = !controls.isClosing();
    boolean isConsumers = end instanceof CallbackException;
    Throwable signal = end;
    if (end instanceof CallbackException thrown) {
      signal = thrown.asStreamException();
      isTold &= thrown.isTold();
    }
    StreamException failure = isTold || isConsumers ? IoFailures.asStreamException(signal) : null;
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

  EventPipeline<T> intake() {
    return intake;
  }

  ConnectionRun<T> attempts() {
    return attempts;
  }

  GapHandler<T> gaps() {
    return gaps;
  }

  @Nullable SequenceChecker<T> sequences() {
    return sequences;
  }

  // ---- Any thread ----

  EngineSignals controls() {
    return controls;
  }

  Timekeeper timekeeper() {
    return time;
  }

  Notifier telling() {
    return telling;
  }

  ReadLimits silence() {
    return silence;
  }

  AcknowledgedCursor acknowledged() {
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
