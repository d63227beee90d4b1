package dev.perennial.tests.torture;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Overflow;
import dev.perennial.Payload;
import dev.perennial.Signal;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamObserver;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.testkit.VirtualTime;
import dev.perennial.tests.torture.FaultyTransport.Resume;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * One subscription's life in virtual time: a server, a network and an application that all do what
 * a seed says, with as many steps as wanted. Then everything goes well, and the subscription must
 * get to the end of the log, unless it has ended.
 */
final class TortureRun {
  private static final Duration SETTLES_WITHIN = ofMinutes(30);

  private final long seed;
  private final Set<Fault> allowed;
  private final int steps;
  private final VirtualTime time;
  private final Random random; // Of the run's options.
  private final Chance chance;
  private final Trace trace;
  private final ServerLog log;
  private final FaultyTransport transport;
  private final Ledger ledger;
  private final TorturedStore store;

  private final boolean isManual;
  private final boolean isQueued;
  private final boolean isSubscriber;
  private final Overflow overflow;
  private final boolean startsLive;
  private final GapPolicy gapPolicy;

  private @Nullable StreamSubscription subscription;
  private @Nullable Subscription demand;
  private boolean isClosed;
  private boolean isQuiet;

  TortureRun(long seed, Set<Fault> allowed, int steps) {
    this.seed = seed;
    this.allowed = allowed;
    this.steps = steps;
    this.time = VirtualTime.seeded(seed);
    this.random = new Random(seed + 1);
    this.trace = new Trace(time);
    Set<Fault> chosen = EnumSet.noneOf(Fault.class);
    for (Fault fault : Fault.values()) {
      if (random.nextInt(10) < (fault.isEnd ? 1 : 6) && allowed.contains(fault)) {
        chosen.add(fault);
      }
    }
    this.chance = new Chance(seed + 2, chosen);
    this.log = new ServerLog(time, new Random(seed + 3), 20 + random.nextInt(300));
    Resume resume = Resume.values()[Math.max(0, random.nextInt(6) - 3)];
    this.startsLive = random.nextInt(3) == 0;
    this.transport = new FaultyTransport(time, log, chance, trace, resume, startsLive);
    this.isQueued = random.nextBoolean();
    this.isSubscriber = random.nextBoolean();
    this.isManual = random.nextInt(3) == 0;
    boolean drops = isQueued && !isManual && random.nextInt(4) == 0;
    this.overflow =
        drops ? Overflow.dropOldest(1 + random.nextInt(8)) : Overflow.block(1 + random.nextInt(8));
    boolean skipsMalformed = random.nextInt(3) > 0;
    this.ledger = new Ledger(trace, chance, resume);
    this.store = new TorturedStore(chance, trace, ledger);
    this.gapPolicy =
        switch (random.nextInt(4)) {
          case 0 -> GapPolicy.fail();
          case 1, 2 -> GapPolicy.liveOnly();
          default -> GapPolicy.snapshotThenLive(this::snapshot);
        };
    EventStream<String> stream =
        EventStream.of(transport, TortureRun::decode)
            .withRuntime(time.runtime())
            .withGapPolicy(gapPolicy)
            .withObserver(new TorturedObserver());
    if (skipsMalformed) {
      stream = stream.withMalformedSkipped();
    }
    if (isQueued) {
      stream = stream.withDeliveryOn(this::execute).withOverflow(overflow);
    }
    if (isManual) {
      stream = stream.withManualAcknowledgement(1 + random.nextInt(20));
    }
    if (random.nextBoolean() && resume != Resume.NOTHING) {
      stream = stream.withCursorStore(store, ofMillis(1 + random.nextInt(5_000)));
    }
    if (random.nextInt(3) == 0) {
      stream = stream.withMaxConnectionAge(ofSeconds(20 + random.nextInt(100)));
    }
    if (isSubscriber) {
      stream.signals().subscribe(new TorturedSubscriber());
    } else {
      stream.subscribe(new TorturedListener());
    }
  }

  /** Runs it; returns the number of steps. */
  int run() {
    try {
      time.after(ofMillis(1), this::act);
      time.run();
      trace.throwIfBroken();
    } catch (AssertionError e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("the run itself failed: " + e + "\n  " + trace, e);
    }
    trace.require(hasEnded() || isClosed, "the subscription ended without a terminal signal");
    trace.require(time.pendingTimers() == 0, "timers were left behind: " + time);
    transport.requireAllClosed();
    store.requireLastCursor();
    trace.throwIfBroken();
    return trace.steps();
  }

  /** A subscriber that has thrown gets no signal any more (Reactive Streams, rule 2.13). */
  private boolean hasEnded() {
    return ledger.hasEnded() || isSubscriber && ledger.hasThrown();
  }

  private StreamSubscription subscription() {
    StreamSubscription known = subscription;
    if (known == null) {
      throw new IllegalStateException("No state was reported");
    }
    return known;
  }

  /** One action of the application, and the plan for the next. */
  private void act() {
    if (hasEnded() || trace.isBroken()) {
      close();
      return;
    }
    if (trace.steps() > steps || time.elapsed().toHours() > 48) {
      settle();
      return;
    }
    if (chance.of(Fault.PARK, 20)) {
      trace.step("park");
      subscription().park();
      time.after(ofMillis(chance.below(60_000)), () -> unpark());
    }
    if (chance.of(Fault.WAKE, 15)) {
      trace.step("wake");
      subscription().wake();
    }
    if (chance.of(Fault.NEW_EPOCH, 500)) {
      trace.step("a new epoch");
      log.beginEpoch();
    }
    if (chance.of(Fault.LONG_PAUSE, 100)) {
      Duration pause = ofMillis(chance.below(90_000));
      trace.step("the process pauses for", pause);
      time.stall(pause);
    }
    if (chance.of(Fault.CLOSE, 200)) {
      close();
      return;
    }
    request(1 + chance.below(8));
    if (isManual) {
      ledger.acknowledgeSome();
    }
    time.after(ofMillis(chance.below(3_000)), this::act);
  }

  private void unpark() {
    if (!isClosed) {
      trace.step("unpark");
      subscription().unpark();
    }
  }

  private void request(long count) {
    Subscription requester = demand;
    if (requester != null && !isClosed) {
      requester.request(count);
    }
  }

  /** From now on all goes well, and the stream must get to the end of the log. */
  private void settle() {
    trace.step("all goes well from now on");
    isQuiet = true;
    chance.quiet();
    log.complete();
    request(Long.MAX_VALUE);
    if (isManual) {
      ledger.acknowledgeAll();
    }
    time.after(
        SETTLES_WITHIN,
        () -> {
          if (!hasEnded()) {
            ledger.requireComplete(
                log.last(), startsLive ? log.last().plus(1) : log.first(), subscription());
          }
          close();
        });
  }

  private void close() {
    if (isClosed) {
      return;
    }
    trace.step("close");
    isClosed = true;
    ledger.closed();
    if (demand != null && chance.flip()) {
      demand.cancel();
    } else {
      subscription().close();
    }
  }

  private void execute(Runnable task) {
    if (chance.of(Fault.EXECUTOR_REJECTS, 500)) {
      ledger.applicationFailed();
      throw new RejectedExecutionException("rejected");
    }
    time.executor().execute(task);
  }

  private static String decode(Payload payload) throws IOException {
    String text = payload.text();
    if (payload.type().equals(FaultyTransport.MALFORMED)) {
      if (text.endsWith("1")) {
        throw new AssertionError("thrown by the decoder");
      }
      throw new IOException("malformed");
    }
    return text;
  }

  private @Nullable String snapshot(Gap gap) {
    time.pass(ofMillis(chance.below(2_000)));
    ServerLog.Position covered = log.last();
    trace.step("snapshot up to", covered);
    ledger.snapshot(covered);
    return covered.toString();
  }

  private void consume(Event<String> event) {
    ledger.delivered(event);
    if (chance.of(Fault.SLOW_CONSUMER, 10)) {
      time.pass(ofMillis(chance.below(2_000)));
    }
    if (chance.of(Fault.CONSUMER_THROWS, 500)) {
      ledger.threw();
      throw new IllegalStateException("thrown by the consumer");
    }
    if (!isManual) {
      ledger.processed(event);
    } else if (isQuiet || !chance.of(Fault.LATE_ACKNOWLEDGEMENT, 2)) {
      ledger.processed(event);
      event.acknowledge();
    }
  }

  private final class TorturedListener implements StreamListener<String> {
    @Override
    public void onEvent(Event<String> event) {
      consume(event);
    }

    @Override
    public void onGap(Gap gap) {
      ledger.gap(gap);
    }

    @Override
    public void onClosed(@Nullable StreamException failure) {
      ledger.terminal(failure);
    }
  }

  private final class TorturedSubscriber implements Subscriber<Signal<String>> {
    @Override
    public void onSubscribe(Subscription subscribed) {
      demand = subscribed;
      subscribed.request(1);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void onNext(Signal<String> signal) {
      if (signal instanceof Event<?> event) {
        consume((Event<String>) event);
      } else if (signal instanceof Gap gap) {
        ledger.gap(gap);
      }
      if (isQuiet || chance.flip()) {
        request(1);
      }
    }

    @Override
    public void onError(Throwable failure) {
      ledger.terminal(failure);
    }

    @Override
    public void onComplete() {
      ledger.terminal(null);
    }
  }

  private final class TorturedObserver implements StreamObserver {
    private void perhapsThrow() {
      if (chance.of(Fault.OBSERVER_THROWS, 300)) {
        ledger.applicationFailed();
        throw new IllegalStateException("thrown by the observer");
      }
    }

    @Override
    public void onState(StreamSubscription subscribed, StreamState state) {
      subscription = subscribed;
      trace.note("state", state);
      perhapsThrow();
    }

    @Override
    public void onEvent(StreamSubscription ignored, Event<?> event) {
      perhapsThrow();
    }

    @Override
    public void onMalformed(StreamSubscription ignored, StreamException report) {
      trace.note("malformed:", report.getMessage());
      perhapsThrow();
    }

    @Override
    public void onDropped(StreamSubscription ignored, Event<?> event) {
      ledger.dropped(event);
      perhapsThrow();
    }

    @Override
    public void onDuplicate(StreamSubscription ignored, String id) {
      trace.note("duplicate", id);
      perhapsThrow();
    }

    @Override
    public void onIdsNotUnique(StreamSubscription ignored, String id) {
      trace.require(false, "ids were taken for not unique: " + id);
    }

    @Override
    public void onCursorSuspected(StreamSubscription ignored, String detail) {
      trace.note("cursor suspected:", detail);
    }
  }
}
