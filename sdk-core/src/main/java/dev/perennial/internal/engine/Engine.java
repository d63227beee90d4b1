package dev.perennial.internal.engine;

import dev.perennial.Gap;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.consumer.Callbacks;
import dev.perennial.internal.control.EngineSignals;
import dev.perennial.internal.control.NetworkWatch;
import dev.perennial.internal.control.SubscriptionContext;
import dev.perennial.internal.control.SubscriptionStatus;
import dev.perennial.internal.delivery.Delivery;
import dev.perennial.internal.delivery.Redelivery;
import dev.perennial.internal.resume.CursorWriter;
import dev.perennial.internal.retry.ConnectionEnd;
import dev.perennial.internal.retry.Jitter;
import dev.perennial.internal.retry.NextStep;
import dev.perennial.internal.retry.NextStep.RetryAfter;
import dev.perennial.internal.retry.Reconnector;
import dev.perennial.internal.settings.RuntimeServices;
import dev.perennial.internal.settings.SubscriptionSettings;
import dev.perennial.internal.time.Nanos;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.Transport;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one subscription: one thread that connects, reads, delivers and waits until the
 * stream completes, fails for good, or is closed.
 *
 * <h2>The loop</h2>
 *
 * {@link #follow} makes one connection after the other. Each has a {@link ConnectionRun} from its
 * attempt to its close, and ends with a {@link ConnectionEnd}: the only form that a failure, an
 * orderly end or a request of another thread has in here. {@link Reconnector} turns it into a
 * {@link NextStep}: complete, fail, report a gap, refresh the credential, or wait and try again.
 * {@link #readFrom} reads one connection, while the consumer has demand, frame by frame.
 *
 * <h2>Threads</h2>
 *
 * Everything here runs on the engine thread, except {@link #start} and the constructor. Since one
 * thread emits all signals, they are serial (Reactive Streams 1.3) without a lock on the way.
 * Reading is a blocking call, so silence is a limit of the read that it guards and a paused
 * consumer can never exceed it. What other threads want goes through {@link EngineSignals}; what
 * they may see is in {@link SubscriptionStatus}.
 *
 * <h2>The end</h2>
 *
 * {@link #run} catches whatever is thrown: a subscription is never stuck and never silent. {@link
 * #finish} then stops taking failures from other threads, saves the cursor, and makes exactly one
 * terminal callback, unless the consumer has closed the subscription.
 */
final class Engine<T> implements Runnable {
  private final SubscriptionSettings<T> settings;
  private final Transport transport;
  private final EngineSignals signals;
  private final SubscriptionStatus status;
  private final Timekeeper time;
  private final SubscriptionContext<T> context;
  private final Delivery<T> delivery;
  private final StreamSubscription subscription;
  private final @Nullable NetworkWatch network; // Null when nothing knows about the network.
  private final Notifier notifier;
  private final ReadLimits limits;
  private final Position position;
  private final DemandGate demand;
  private final ReplayFilter replays;
  private final GapHandler gaps;
  private final EventPipeline<T> pipeline;

  // Null until a connection has ended or asked for a delay: a stream that stays open needs neither.
  private @Nullable Reconnector reconnector;
  private @Nullable RetryTimer timer;

  Engine(SubscriptionContext<T> context, Delivery<T> delivery, StreamSubscription subscription) {
    this.context = context;
    this.settings = context.settings();
    this.transport = settings.transport();
    this.signals = context.signals();
    this.status = context.status();
    this.time = context.time();
    this.delivery = delivery;
    this.subscription = subscription;
    this.network = context.network();
    this.notifier = new Notifier(subscription, context, delivery);
    this.limits = new ReadLimits(context.endpoint(), settings.limits());
    this.position = new Position(transport.isPositionAtServer());
    this.demand = new DemandGate(delivery, context.acknowledged(), signals);
    this.replays = new ReplayFilter(settings.resume(), notifier);
    this.gaps =
        new GapHandler(
            settings.gapRules(),
            position,
            replays,
            delivery,
            context.acknowledged(),
            notifier,
            signals);
    this.pipeline =
        new EventPipeline<>(context, delivery, position, replays, demand, gaps, notifier);
  }

  private Reconnector reconnector() {
    Reconnector known = reconnector;
    if (known == null) {
      known =
          new Reconnector(
              settings.retry().get(),
              new Reconnector.Config(
                  settings.limits().isFailFast(),
                  transport.hasCredentials(),
                  transport.isPositionAtServer(),
                  () -> settings.gapRules().get().explicit().contains(Gap.Reason.CURSOR_REJECTED)),
              jitter());
      reconnector = known;
    }
    return known;
  }

  private RetryTimer timer() {
    RetryTimer known = timer;
    if (known == null) {
      RuntimeServices services = settings.services();
      known = new RetryTimer(time, signals, status, notifier, jitter(), services.hostRateLimiter());
      timer = known;
    }
    return known;
  }

  private Jitter jitter() {
    return new Jitter(settings.services().random());
  }

  /** Hands the engine to the runtime's executor. Any thread. */
  void start() {
    start(this);
  }

  /**
   * As {@link #start}, for a consumer that goes on with this thread: the engine must not take it.
   */
  void startBesideCaller() {
    Thread caller = Thread.currentThread();
    AtomicBoolean isStarting = new AtomicBoolean(true);
    start(
        () -> {
          if (isStarting.get() && Thread.currentThread() == caller) {
            signals.fail(
                new StreamException(
                    Reason.INTERNAL,
                    "The runtime's executor runs the engine on the thread that opens the reader,"
                        + " which could never read: it needs a thread of its own",
                    null));
          }
          run();
        });
    isStarting.set(false);
  }

  private void start(Runnable task) {
    if (signals.isClosing()) { // Within the consumer's first callback.
      run();
      return;
    }
    signals.ready(this);
    try {
      settings.services().engineThreads().execute(task);
    } catch (Throwable refusal) {
      signals.fail(
          new StreamException(
              Reason.INTERNAL, "The runtime's executor refused the engine: " + refusal, refusal));
      run();
    }
  }

  /** Runs the subscription from its begin to its end. Only the first call does anything. */
  @Override
  public void run() {
    if (!signals.begin()) {
      return;
    }
    status.thread(Thread.currentThread());
    Redelivery redelivery = context.redelivery();
    if (redelivery != null) {
      redelivery.begin(notifier);
    }
    Throwable end;
    try {
      if (!signals.isEnding()) {
        if (network != null) {
          network.begin();
        }
        loadCursor();
      }
      end = follow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end =
          new StreamException(
              Reason.INTERRUPTED,
              "The thread of the subscription to " + context.endpoint() + " was interrupted",
              e);
    } catch (CallbackException | StreamException e) {
      end = e;
    } catch (Throwable e) {
      end =
          new StreamException(
              Reason.INTERNAL, "The subscription to " + context.endpoint() + " failed: " + e, e);
    }
    if (network != null) {
      network.end();
    }
    finish(end);
  }

  /** Finds the cursor to start after; throws a {@link StreamException} when it cannot be read. */
  private void loadCursor() throws InterruptedException {
    CursorWriter writer = context.writer();
    String stored = writer == null ? null : writer.begin(notifier::cursorNotSaved);
    String start = stored != null ? stored : settings.resume().startAfter();
    position.startAt(start);
    if (start != null) {
      gaps.begun();
    }
    context.acknowledged().startAt(position.cursor());
    replays.startAfter(position.cursor());
  }

  /**
   * Connects, reads and waits until the subscription ends. Returns its failure; null when the
   * stream completed or was closed.
   */
  private @Nullable Throwable follow() throws InterruptedException, CallbackException {
    while (awaitConnectable()) {
      ConnectionRun run = connect();
      ConnectionEnd end;
      try {
        end = run.open(settings.limits().attemptTimeout());
        if (end == null) {
          end = readFrom(run);
        }
        end = conclude(run, end);
      } finally {
        status.openConnection(null);
        run.close();
      }
      notifier.disconnected(end);
      if (end == ConnectionEnd.ON_REQUEST) {
        continue;
      }
      long now = time.nanoTime();
      NextStep next = reconnector().next(end, position.cursor(), now);
      String suspicion = reconnector().suspicion();
      if (suspicion != null) {
        notifier.cursorSuspected(suspicion);
      }
      if (next instanceof NextStep.ReportGap lost) {
        StreamException failure = gaps.cursorLost(lost);
        if (failure != null) {
          return failure;
        }
        next = lost.then();
      } else if (next instanceof NextStep.RefreshCredential refused) {
        reconnector().credentialRefused(run.refuseCredential());
        next = refused.then();
      }
      if (next instanceof NextStep.Complete) {
        status.completed();
        return null;
      } else if (next instanceof NextStep.Fail fail) {
        return fail.failure();
      } else if (next instanceof RetryAfter retry) {
        timer().await(retry);
      } else if (!(next instanceof NextStep.ConnectAgain)) {
        throw new IllegalStateException("Unknown step " + next);
      }
    }
    return signals.failure();
  }

  /**
   * The one gate before each connect. Waits while parked, while offline, until a snapshot could be
   * loaded, while the server wants to be left alone, and for a slot of the host; only the first
   * connect needs no slot. Returns false when the subscription is to end.
   */
  private boolean awaitConnectable() throws InterruptedException, CallbackException {
    while (awaitUnparked()) {
      if (!gaps.awaitReadyToConnect()) {
        continue; // A request, to park or to end.
      }
      if (signals.number() == 0) {
        return true;
      }
      RetryAfter left = timer().serverDelayLeft();
      if (left != null) {
        timer().await(left);
      } else if (timer().awaitSlot(transport.host()) && !signals.isOffline()) {
        return true;
      }
    }
    return false;
  }

  private boolean awaitUnparked() throws InterruptedException, CallbackException {
    while (true) {
      if (signals.isParked()) {
        notifier.state(new StreamState.Parked());
      }
      if (!signals.awaitUnparked()) {
        return false;
      }
      if (network != null) {
        network.look(); // It may have missed to call back.
      }
      if (!signals.isOffline()) {
        return true;
      }
      notifier.state(new StreamState.Offline());
      signals.awaitOnline();
      timer().spread();
    }
  }

  /** Makes the next connection, which other threads can close from here on. Does no I/O. */
  private ConnectionRun connect() {
    int attempt = reconnector == null ? 1 : reconnector.nextAttempt();
    long number = signals.number() + 1;
    String cursor = position.asked();
    StreamConnection connection =
        transport.newConnection(
            new NumberedAttempt(
                attempt,
                number,
                cursor,
                settings.limits().attemptTimeout(),
                signals.takeWake(),
                time,
                settings.runtime(),
                subscription));
    signals.adopt(connection, number);
    return new ConnectionRun(connection, number, attempt, cursor, context, limits, notifier);
  }

  /** Reads an open connection while there is demand. Returns how it ended. */
  private ConnectionEnd readFrom(ConnectionRun run) throws InterruptedException, CallbackException {
    opened(run);
    ConnectionEnd end = gaps.opened();
    while (end == null) {
      if (!demand.await()) {
        return signals.requestedEnd();
      }
      Frame frame = run.read();
      if (frame == null) {
        return run.end();
      }
      notifier.signOfLife();
      Duration serverDelay = frame.retryDelay();
      if (serverDelay != null) {
        reconnector().serverDelay(serverDelay);
      }
      String epoch = frame.epoch();
      if (epoch != null && gaps.isOtherEpoch(epoch)) {
        end = newEpoch("The stream is of another epoch than before: " + shortened(epoch));
        if (end != null) {
          return end;
        }
      }
      switch (frame.kind()) {
        case EVENT -> {
          limits.eventCame();
          end = pipeline.deliver(frame, run);
        }
        case HEARTBEAT -> {
          gaps.streamGoesOn();
          if (run.isReplaceable(position.isKept())) { // Else a wrong guess ends it.
            limits.heartbeatAfter(run.silenceNanos());
          }
          notifier.heartbeat(frame);
          if (frame.cursor() != null) { // It was an event until a classifier saw it.
            pipeline.checkpoint(frame, run);
          }
        }
        case CURSOR -> pipeline.checkpoint(frame, run);
        case CONTROL -> {} // It was for the transport.
        case GAP -> end = gaps.reported(frame.text());
        case NEW_EPOCH -> end = newEpoch("The server has begun anew");
        case ERROR -> end = run.endWith(frame);
        case END -> end = ConnectionEnd.COMPLETED;
      }
    }
    return end;
  }

  private @Nullable ConnectionEnd newEpoch(String detail)
      throws InterruptedException, CallbackException {
    pipeline.beginAnew();
    return gaps.newEpoch(detail);
  }

  private static String shortened(String epoch) {
    return epoch.length() <= 40 ? epoch : epoch.substring(0, 40) + "…";
  }

  private void opened(ConnectionRun run) throws CallbackException {
    status.openConnection(run);
    Duration maxAge = settings.limits().maxConnectionAge();
    if (maxAge != null) {
      // Up to a tenth early, so that the connections of a fleet do not all end at once.
      run.limitAge(maxAge, jitter().upToNanos(Nanos.of(maxAge.dividedBy(10))));
    }
    notifier.opened(run.number(), run.tookNanos(), run.response());
  }

  private ConnectionEnd conclude(ConnectionRun run, ConnectionEnd why) throws CallbackException {
    ConnectionEnd end = run.concluded(why, position.isKept());
    if (run.wasOpen()) {
      if (end.hasLasted()) {
        gaps.begun();
      }
      if (!end.isRefusal()) {
        reconnector().wasOpen(run.openPeriod(position), end);
      }
      signals.forgetWake();
    }
    return end;
  }

  /**
   * Ends the subscription. Each step is guarded: whatever one of them throws, those after it are
   * made, and whoever waits for the end sees it.
   */
  private void finish(@Nullable Throwable ownEnd) {
    Throwable found = signals.seal();
    Throwable end = found instanceof CallbackException || ownEnd == null ? found : ownEnd;
    boolean isReported = !signals.isClosing();
    boolean isConsumers = end instanceof CallbackException;
    Throwable signal = end;
    if (end instanceof CallbackException thrown) {
      signal = thrown.asStreamException();
      isReported &= thrown.isReported();
    }
    StreamException failure =
        isReported || isConsumers ? Callbacks.asStreamException(signal) : null;
    if (failure != null) {
      context.locate(failure);
      if (isConsumers) {
        context.log().consumerFailed(failure);
      }
    }
    CursorWriter writer = context.writer();
    if (writer != null) {
      Callbacks.runLast(writer::end);
    }
    Callbacks.runLast(() -> notifier.closed(failure));
    Callbacks.runLast(() -> transport.ended(subscription));
    if (isReported && !signals.isClosing()) { // Unless an observer has closed it just now.
      Throwable reported = signal;
      Callbacks.runLast(() -> delivery.finish(reported));
    } else {
      Callbacks.runLast(delivery::abandon);
    }
    status.thread(null);
    signals.done();
  }
}
