package dev.perennial;

import static dev.perennial.internal.time.Durations.requirePositive;

import dev.perennial.internal.engine.Subscriptions;
import dev.perennial.spi.Transport;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;

/**
 * Describes a stream: where it is, and how to follow it. Immutable and cold: creating one does no
 * I/O, and each subscription connects, reconnects and resumes independently.
 *
 * <p>A transport creates the stream, a {@code with} method returns a changed copy, and there are
 * four ways to consume it:
 *
 * <pre>{@code
 * EventStream<String> ticks = Sse.stream("https://api.example.com/ticks");
 *
 * StreamSubscription subscription = ticks.subscribe(event -> show(event.data())); // a listener
 *
 * try (EventReader<String> reader = ticks.open()) {                               // a reader
 *   for (Event<String> event : reader) show(event.data());
 * }
 *
 * Flux.from(ticks).map(Event::data).subscribe(this::show);              // Reactive Streams
 *
 * Flux.from(ticks.signals()).subscribe(this::show);                     // with gaps and states
 * }</pre>
 *
 * @param <T> the type of the events' data
 * @since 0.1.0
 */
public final class EventStream<T> implements Publisher<Event<T>> {
  private static final String SUBSCRIBER =
      "a subscriber: one that throws is cancelled (Reactive Streams 2.13). Use"
          + " subscribe(StreamListener)";

  private final Options<T> options;

  private EventStream(Options<T> options) {
    this.options = options;
  }

  /**
   * Creates a stream over a custom transport. Cursors, ids and kinds of events are those of its
   * frames; {@link dev.perennial.spi.StreamBuilder#of StreamBuilder.of(transport)} also finds them
   * in the payloads, and where a finite stream ends.
   */
  public static <T> EventStream<T> of(Transport transport, Decoder<? extends T> decoder) {
    return new EventStream<>(
        new Options<>(
            Objects.requireNonNull(transport, "transport"),
            Objects.requireNonNull(decoder, "decoder")));
  }

  // ---- Consuming ----

  /**
   * Subscribes as Reactive Streams specifies. Events are read from the network only as far as they
   * were requested. An event is acknowledged when {@code onNext} has returned; an {@code onNext}
   * that throws cancels the subscription (rule 2.13), so a stream {@link
   * #withConsumerFailurePolicy} that goes on is refused, by {@code onError} with an {@link
   * IllegalStateException}. Otherwise {@code onError} gets a {@link StreamException}, except for a
   * request that is not positive (rule 3.9).
   */
  @Override
  public void subscribe(Subscriber<? super Event<T>> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    IllegalStateException refusal = options.refusalOfConsumerPolicy(SUBSCRIBER);
    if (refusal != null) {
      Subscriptions.refuse(subscriber, refusal);
      return;
    }
    Subscriptions.subscribe(options.toSettings(), options.queue(), subscriber);
  }

  /**
   * Emits events, gaps and changes of state in the order in which they happen. Each counts against
   * demand. Without demand only the latest state is kept, and gaps of one reason between two events
   * become one; no event and no gap is lost.
   *
   * <p>Without {@link #withDeliveryOn} signals are emitted on the subscription's own threads, one
   * at a time; never on the thread that calls {@code request}.
   *
   * @throws IllegalStateException when {@link #withConsumerFailurePolicy} was set to one that goes
   *     on: a subscriber that throws is cancelled (Reactive Streams 2.13)
   */
  public Publisher<Signal<T>> signals() {
    throwIfPresent(options.refusalOfConsumerPolicy(SUBSCRIBER));
    return subscriber -> {
      Objects.requireNonNull(subscriber, "subscriber");
      Subscriptions.subscribeToSignals(options.toSettings(), options.queueOfSignals(), subscriber);
    };
  }

  /** Subscribes a listener, which is called for each event as it arrives. */
  public StreamSubscription subscribe(StreamListener<? super T> listener) {
    Objects.requireNonNull(listener, "listener");
    return Subscriptions.listen(
        options.toSettings(), options.queueOfListener(), listener, StreamException::isUnseen);
  }

  /**
   * Opens a reader. Up to 256 events, and {@linkplain #withMaxBufferedBytes 16 MiB}, are read
   * ahead; an event counts as delivered when it was read from the reader.
   *
   * @throws IllegalStateException when {@link #withDeliveryOn} was set: a reader delivers on the
   *     thread that reads; and when {@link #withConsumerFailurePolicy} was set to one that goes on
   */
  public EventReader<T> open() {
    if (options.deliveryOn != null) {
      throw new IllegalStateException(
          "withDeliveryOn cannot be combined with open(): a reader delivers on the thread that"
              + " reads");
    }
    if (options.overflow != null) {
      throw new IllegalStateException(
          "withOverflow cannot be combined with open(): a reader holds the server back");
    }
    throwIfPresent(
        options.refusalOfConsumerPolicy(
            "open(): a loop that fails at an event can handle it itself. Use"
                + " subscribe(StreamListener), or catch the exception in the loop"));
    return Subscriptions.open(options.toSettings(), options.queueOfReader());
  }

  // ---- Options ----

  /** How long to wait between attempts, and when to give up. Default: see {@link RetryPolicy}. */
  public EventStream<T> withRetry(RetryPolicy policy) {
    return with(copy -> copy.retry = Objects.requireNonNull(policy, "policy"));
  }

  /**
   * How long one attempt may take: supplying the request, name resolution, connecting, TLS and the
   * server's response. The time that a request's body takes to be sent does not count. A POST over
   * HTTP that is not sent again may wait longer for its answer: see {@code answerTimeout} of the
   * builder. Default: 30 s.
   */
  public EventStream<T> withAttemptTimeout(Duration timeout) {
    return with(copy -> copy.attemptTimeout = requirePositive("attemptTimeout", timeout));
  }

  /**
   * Makes a new connection when one reaches this age, less up to 10 % so that a fleet spreads.
   * Nothing is lost on a stream with a cursor. By default a connection lives as long as it can.
   */
  public EventStream<T> withMaxConnectionAge(Duration age) {
    return with(copy -> copy.maxConnectionAge = requirePositive("maxConnectionAge", age));
  }

  /**
   * Makes every failure before the first connection fatal, for interactive programs. By default
   * only what looks like a mistake is fatal, such as a wrong address or a wrong content type.
   */
  public EventStream<T> failFast() {
    return with(copy -> copy.isFailFast = true);
  }

  /**
   * Gives up a connection as dead when no byte came for this long while the subscription was
   * reading. By default the limit is learned: 5 min until a heartbeat was seen, then three times
   * the longest silence that a heartbeat has ended, at least 60 s.
   */
  public EventStream<T> withStaleAfter(Duration noByte) {
    return with(copy -> copy.staleAfter = requirePositive("staleAfter", noByte));
  }

  /** How replayed events are suppressed. Default: {@code replays(1_024)}. */
  public EventStream<T> withDedupe(DedupeWindow window) {
    return with(copy -> copy.dedupe = Objects.requireNonNull(window, "window"));
  }

  /**
   * Starts after this cursor. If the first event has the cursor as its id, it is not delivered:
   * some servers include it.
   *
   * <p>A word that means "now" to a server ({@code now}, {@code new}, {@code newest}, {@code
   * latest}, {@code last}, {@code live}, {@code tail}, {@code end}, {@code none} or {@code $}, in
   * any case) is no position in the stream. It is sent while there is no cursor, but never stored,
   * and an interruption before the first event with a cursor is a gap ({@link
   * Gap.Reason#NO_CURSOR}).
   *
   * @param startAfter null to start where the server starts, which is the default
   * @throws IllegalStateException when the server keeps the position
   */
  public EventStream<T> withCursor(@Nullable String startAfter) {
    if (startAfter != null && startAfter.isEmpty()) {
      throw new IllegalArgumentException("cursor must not be empty; null means none");
    }
    if (startAfter != null) {
      requirePositionHere("withCursor(…)");
    }
    return with(copy -> copy.startAfter = startAfter);
  }

  /**
   * Calls the consumer on {@code executor}, one call at a time, through a queue of 256 events and
   * {@linkplain #withMaxBufferedBytes 16 MiB}. When it is full the server is held back. An executor
   * that refuses a task ends the subscription, and so does one that has begun no task for 90 s: see
   * {@link #withDeliveryOn(Executor, Duration)}. By default the consumer is called on the
   * subscription's own thread, with no queue between.
   */
  public EventStream<T> withDeliveryOn(Executor executor) {
    return withDeliveryOn(executor, Options.DEFAULT_DELIVERY_WITHIN);
  }

  /**
   * As {@link #withDeliveryOn(Executor)}, for an executor that may be busy with other work for up
   * to {@code beginWithin}. Without a limit, a subscription whose executor drops a task in silence
   * would wait forever.
   *
   * <p>A task that has not begun after a second is handed over again, at growing intervals, and
   * runs once. When none of them has begun for {@code beginWithin}, the subscription ends with
   * {@link StreamException.Reason#CONSUMER}. The time that a callback takes does not count, nor
   * does the time for which the queue of a {@link java.util.concurrent.ThreadPoolExecutor} holds
   * the task. An {@code ExecutorService} that has terminated ends the subscription within seconds.
   *
   * <p>The terminal callback is then made on the subscription's own thread, or another one of its
   * runtime, since the executor runs nothing. No other callback is running or begins.
   *
   * @param beginWithin positive; 90 seconds by default
   */
  public EventStream<T> withDeliveryOn(Executor executor, Duration beginWithin) {
    Objects.requireNonNull(executor, "executor");
    return with(
        copy -> {
          copy.deliveryOn = executor;
          copy.deliveryWithin = requirePositive("beginWithin", beginWithin);
        });
  }

  /**
   * What happens to events that come faster than the consumer processes them. By default the server
   * is held back and nothing is lost.
   *
   * @throws IllegalStateException when {@link #withManualAcknowledgement} was set and the policy
   *     drops: its bound holds the server back, so nothing would ever be dropped
   */
  public EventStream<T> withOverflow(Overflow overflow) {
    return with(copy -> copy.overflow = Objects.requireNonNull(overflow, "overflow"));
  }

  /**
   * How many bytes may wait for the consumer: in the queue of {@link #withDeliveryOn}, {@link
   * #withOverflow} or {@link #signals()}, or read ahead by {@link #open()}. Counted are the
   * payloads as they came from the network, not the decoded objects. Together with the bound on
   * their number, this is when the overflow policy applies. One event that is larger may wait
   * alone. With a policy that holds the server back the last event may exceed the bound, since it
   * has to be read before its size is known. Default: 16 MiB.
   *
   * @param bytes at least 1
   */
  public EventStream<T> withMaxBufferedBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("maxBufferedBytes must be at least 1 but was " + bytes);
    }
    return with(copy -> copy.maxBufferedBytes = bytes);
  }

  /**
   * Gives up a connection as stalled when bytes came, perhaps heartbeats, but no event for this
   * long while the subscription was reading. By default a stream may be quiet for any time.
   */
  public EventStream<T> withStalledAfter(Duration noEvent) {
    return with(copy -> copy.stalledAfter = requirePositive("stalledAfter", noEvent));
  }

  /**
   * Gives up a connection as stalled when one event, once its first byte came, is not complete
   * within this time of reading. By default 5 minutes.
   */
  public EventStream<T> withEventTimeout(Duration limit) {
    return with(copy -> copy.eventTimeout = requirePositive("eventTimeout", limit));
  }

  /** What to do when events are missing. Default: {@link GapPolicy#fail()}. */
  public EventStream<T> withGapPolicy(GapPolicy policy) {
    return with(copy -> copy.gapPolicy = Objects.requireNonNull(policy, "policy"));
  }

  /**
   * What to do when a listener throws at an event. Default: {@link ConsumerFailurePolicy#fail()},
   * unless a rule of {@link RetryPolicy#onFailure} retries it. With a policy that goes on, the
   * listener is called through a queue: without {@link #withDeliveryOn} of one event, on the
   * subscription's own threads.
   *
   * <p>It is about {@link #subscribe(StreamListener)}. A subscriber that throws is cancelled, as
   * Reactive Streams requires, and who reads from a reader catches what fails: both refuse a policy
   * that goes on.
   */
  public EventStream<T> withConsumerFailurePolicy(ConsumerFailurePolicy policy) {
    return with(copy -> copy.consumerFailure = Objects.requireNonNull(policy, "policy"));
  }

  /**
   * Skips events that cannot be decoded, and reports each to the observer. By default such an event
   * ends the connection, and when it comes three times the subscription. An event cannot be decoded
   * when its decoder throws, whatever it throws, except for errors of the virtual machine such as
   * {@link OutOfMemoryError}; those end the subscription.
   */
  public EventStream<T> withMalformedSkipped() {
    return with(copy -> copy.skipsMalformed = true);
  }

  /**
   * Starts after the cursor in the store, and keeps the acknowledged cursor there, at most every
   * 250 ms and at every end. It takes precedence over {@link #withCursor}.
   */
  public EventStream<T> withCursorStore(CursorStore store) {
    return withCursorStore(store, Options.DEFAULT_SAVE_EVERY);
  }

  /** As {@link #withCursorStore(CursorStore)}, saving at most once in {@code atMostEvery}. */
  public EventStream<T> withCursorStore(CursorStore store, Duration atMostEvery) {
    Objects.requireNonNull(store, "store");
    requirePositionHere("withCursorStore(…)");
    return with(
        copy -> {
          copy.store = store;
          copy.saveEvery = requirePositive("atMostEvery", atMostEvery);
        });
  }

  /**
   * Acknowledges events only by {@link Event#acknowledge()}: for consumers that are still
   * processing an event when their callback returns. The cursor moves up to the first event that is
   * not acknowledged.
   *
   * @param maxUnacknowledged how many events may be handed over and not acknowledged; then the
   *     server is held back
   */
  public EventStream<T> withManualAcknowledgement(int maxUnacknowledged) {
    if (maxUnacknowledged < 1) {
      throw new IllegalArgumentException(
          "maxUnacknowledged must be at least 1 but was " + maxUnacknowledged);
    }
    return with(copy -> copy.maxUnacknowledged = maxUnacknowledged);
  }

  /** Observes each subscription of this stream, in addition to the runtime's observer. */
  public EventStream<T> withObserver(StreamObserver observer) {
    return with(copy -> copy.observer = Objects.requireNonNull(observer, "observer"));
  }

  /** What subscriptions share. Default: {@link StreamRuntime#shared()}. */
  public EventStream<T> withRuntime(StreamRuntime runtime) {
    return with(copy -> copy.runtime = Objects.requireNonNull(runtime, "runtime"));
  }

  private interface Change<T> {
    void apply(Options<T> options);
  }

  private void requirePositionHere(String option) {
    if (options.transport.isPositionAtServer()) {
      throw new IllegalStateException(
          option + " cannot be combined with positionAtServer(): the server keeps the position");
    }
  }

  private static void throwIfPresent(@Nullable IllegalStateException refusal) {
    if (refusal != null) {
      throw refusal;
    }
  }

  private EventStream<T> with(Change<T> change) {
    Options<T> copy = options.copy();
    change.apply(copy);
    copy.checkConflicts();
    return new EventStream<>(copy);
  }

  @Override
  public String toString() {
    return "EventStream[" + options.transport.endpoint() + "]";
  }
}
