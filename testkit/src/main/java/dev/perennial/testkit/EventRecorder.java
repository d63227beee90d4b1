package dev.perennial.testkit;

import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.Signal;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Records what one subscription tells its consumer, and has it taken one by one. It watches the
 * rules, too: signals one at a time, no more than was requested, nothing after the end, nothing
 * after {@link #close()}. A broken rule fails the next assertion, and what was not taken fails
 * {@link #assertExhausted()}.
 *
 * <pre>{@code
 * EventRecorder<String> recorder = EventRecorder.create();
 * stream.subscribe(recorder.listener());
 * time.run();
 * recorder.assertEvents("one", "two");
 * recorder.assertCompleted();
 * recorder.assertExhausted();
 * }</pre>
 *
 * @param <T> the type of the events' data
 * @since 0.1.0
 */
public final class EventRecorder<T> {
  private final SignalLog log = new SignalLog();
  private final long initialDemand;

  // Set before the subscription begins.
  private volatile Duration patience = Duration.ZERO;
  private volatile Hook<Object> onSubscribed = signal -> {};
  private volatile Hook<Event<T>> onEvent = event -> {};
  private volatile Hook<Gap> onGap = gap -> {};
  private volatile Hook<StreamState> onState = state -> {};
  private volatile Hook<End> onEnd = end -> {};

  // Null until subscribed.
  private volatile @Nullable StreamSubscription subscription;
  private volatile @Nullable Subscription demand;

  private EventRecorder(long initialDemand) {
    this.initialDemand = initialDemand;
  }

  /** What to do within a callback, after it was recorded. */
  @FunctionalInterface
  public interface Hook<S> {
    void on(S signal) throws Exception;
  }

  /**
   * The terminal signal.
   *
   * @param failure null when the stream completed
   */
  public record End(@Nullable Throwable failure) {}

  /** A recorder that asks for all there is, and whose assertions do not wait. */
  public static <T> EventRecorder<T> create() {
    return new EventRecorder<>(Long.MAX_VALUE);
  }

  /** A recorder whose {@link #subscriber()} asks for {@code demand} events at first. */
  public static <T> EventRecorder<T> requesting(long demand) {
    return new EventRecorder<>(demand);
  }

  /** Lets assertions wait this long for what they expect, where other threads deliver it. */
  public EventRecorder<T> waitingAtMost(Duration time) {
    patience = Objects.requireNonNull(time, "time");
    return this;
  }

  // ---- Hooks ----

  /** Does something within the first callback. */
  public EventRecorder<T> onSubscribed(Hook<Object> hook) {
    onSubscribed = hook;
    return this;
  }

  /** Does something within the callback of each event. */
  public EventRecorder<T> onEvent(Hook<Event<T>> hook) {
    onEvent = hook;
    return this;
  }

  /** Does something within the callback of each gap. */
  public EventRecorder<T> onGap(Hook<Gap> hook) {
    onGap = hook;
    return this;
  }

  /** Does something within the callback of each state. */
  public EventRecorder<T> onState(Hook<StreamState> hook) {
    onState = hook;
    return this;
  }

  /** Does something within the last callback. */
  public EventRecorder<T> onEnd(Hook<End> hook) {
    onEnd = hook;
    return this;
  }

  // ---- The consumer ----

  /** This recorder as a listener. */
  public StreamListener<T> listener() {
    return new Listening();
  }

  /** This recorder as a Reactive Streams subscriber of events. */
  public Subscriber<Event<T>> subscriber() {
    return new Subscribing<>();
  }

  /** This recorder as a Reactive Streams subscriber of all signals. */
  public Subscriber<Signal<T>> signalSubscriber() {
    return new Subscribing<>();
  }

  private final class Listening implements StreamListener<T> {
    @Override
    public void onSubscribed(StreamSubscription subscribed) {
      subscription = subscribed;
      within(subscribed, onSubscribed, signal -> log.subscribed());
    }

    @Override
    public void onEvent(Event<T> event) {
      within(event, onEvent, log::signal);
    }

    @Override
    public void onGap(Gap gap) {
      within(gap, onGap, log::signal);
    }

    @Override
    public void onState(StreamState state) {
      within(state, onState, log::state);
    }

    @Override
    public void onClosed(@Nullable StreamException failure) {
      within(new End(failure), onEnd, log::end);
    }
  }

  private final class Subscribing<S extends Signal<T>> implements Subscriber<S> {
    @Override
    public void onSubscribe(Subscription subscribed) {
      demand = subscribed;
      within(subscribed, onSubscribed, signal -> log.subscribed());
      if (initialDemand != 0) {
        request(initialDemand);
      }
    }

    @Override
    @SuppressWarnings("unchecked") // An event among signals of T is one of T.
    public void onNext(S signal) {
      if (signal instanceof Event<?> event) {
        within((Event<T>) event, onEvent, log::requestedSignal);
      } else if (signal instanceof Gap gap) {
        within(gap, onGap, log::requestedSignal);
      } else {
        within((StreamState) signal, onState, log::requestedState);
      }
    }

    @Override
    public void onError(Throwable failure) {
      within(new End(failure), onEnd, log::end);
    }

    @Override
    public void onComplete() {
      within(new End(null), onEnd, log::end);
    }
  }

  /** Runs the hook after the log has {@code entered} the signal. */
  private <S> void within(S signal, Hook<S> hook, Consumer<? super S> entered) {
    log.enter(signal, () -> entered.accept(signal));
    try {
      hook.on(signal);
    } catch (RuntimeException unchecked) {
      throw unchecked;
    } catch (Exception checked) {
      throw new IllegalStateException(checked);
    } finally {
      log.leave();
    }
  }

  // ---- The subscription ----

  /** The subscription of {@link #listener()}. */
  public StreamSubscription subscription() {
    return Objects.requireNonNull(subscription, "no listener was subscribed yet");
  }

  /** Asks for more events, as {@link #subscriber()}. */
  public void request(long count) {
    log.requested(count);
    Objects.requireNonNull(demand, "no subscriber was subscribed yet").request(count);
  }

  /** Closes the subscription, or cancels it. No callback may begin on this thread after that. */
  public void close() {
    if (subscription != null) {
      subscription.close();
    }
    if (demand != null) {
      demand.cancel();
    }
    log.closed();
  }

  // ---- Assertions ----

  /** Takes the next event. Fails when a gap or the end comes before it. */
  @SuppressWarnings("unchecked") // Only events of T are recorded.
  public Event<T> takeEvent() {
    return (Event<T>) take(Event.class, "an event");
  }

  /** Takes the next gap. Fails when an event or the end comes before it. */
  public Gap takeGap() {
    return take(Gap.class, "a gap");
  }

  /** Takes the failure that ended the subscription. Fails when anything comes before it. */
  public StreamException takeFailure() {
    End end = takeEnd();
    if (end.failure instanceof StreamException failure) {
      return failure;
    }
    throw unexpected("a StreamException", end);
  }

  /** Takes the terminal signal. Fails when anything comes before it. */
  public End takeEnd() {
    return take(End.class, "the end");
  }

  /** Takes one event for each of {@code data}. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final void assertEvents(T... data) {
    List<T> actual = new ArrayList<>();
    for (int i = 0; i < data.length; i++) {
      actual.add(takeEvent().data());
    }
    if (!actual.equals(Arrays.asList(data))) {
      throw new AssertionError("Expected " + Arrays.toString(data) + " but were " + actual);
    }
  }

  /** Takes the end, which is no failure. */
  public void assertCompleted() {
    End end = takeEnd();
    if (end.failure != null) {
      throw new AssertionError("Expected completion but was " + end.failure, end.failure);
    }
  }

  /** Asserts that everything was taken and no rule was broken. */
  public void assertExhausted() {
    log.assertExhausted();
  }

  /** All events so far, taken or not. */
  @SuppressWarnings("unchecked") // Only events of T are recorded.
  public List<Event<T>> events() {
    List<Event<T>> events = new ArrayList<>();
    signals()
        .forEach(
            signal -> {
              if (signal instanceof Event<?> event) {
                events.add((Event<T>) event);
              }
            });
    return events;
  }

  /** All states so far. */
  public List<StreamState> states() {
    return signals().stream()
        .filter(StreamState.class::isInstance)
        .map(StreamState.class::cast)
        .toList();
  }

  /** All events, gaps and states so far and the {@link End}, in the order in which they came. */
  public List<Object> signals() {
    return log.signals();
  }

  private <S> S take(Class<S> type, String expected) {
    Object next = log.take(patience, expected);
    if (!type.isInstance(next)) {
      throw unexpected(expected, next);
    }
    return type.cast(next);
  }

  private static AssertionError unexpected(String expected, Object actual) {
    Throwable cause = actual instanceof End end ? end.failure : null;
    return new AssertionError("Expected " + expected + " but was " + actual, cause);
  }
}
