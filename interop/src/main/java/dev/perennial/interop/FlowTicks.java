package dev.perennial.interop;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.flow.FlowStreams;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A stream in the JDK's {@link Flow}: as a publisher, for many subscribers, and with concurrent
 * workers.
 */
final class FlowTicks {
  private FlowTicks() {}

  // region relay
  /** Relays every event to all subscribers of {@code sink}, at the pace of the slowest. */
  static void relay(EventStream<String> ticks, SubmissionPublisher<Event<String>> sink) {
    FlowStreams.toFlow(ticks).subscribe(new Relay<>(sink));
  }

  static final class Relay<T> implements Flow.Subscriber<T> {
    private final SubmissionPublisher<T> sink;

    @SuppressWarnings("NullAway.Init") // onSubscribe comes first
    private Flow.Subscription upstream;

    Relay(SubmissionPublisher<T> sink) {
      this.sink = sink;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      upstream = subscription;
      subscription.request(1);
    }

    @Override
    public void onNext(T item) {
      sink.submit(item); // blocks while a subscriber is slow, so the server has to wait
      if (sink.hasSubscribers()) {
        upstream.request(1);
      } else {
        upstream.cancel(); // no subscriber is left
      }
    }

    @Override
    public void onError(Throwable failure) {
      sink.closeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      sink.close();
    }
  }

  // endregion

  // region workers
  /** Processes events concurrently; emits results as they are ready, in any order. */
  static final class Workers<T, R> extends SubmissionPublisher<Event<R>>
      implements Flow.Processor<Event<T>, Event<R>> {
    private final Executor executor;
    private final int atOnce;
    private final Function<T, R> work;
    private final AtomicInteger open = new AtomicInteger(1); // upstream, and events in progress

    @SuppressWarnings("NullAway.Init") // onSubscribe comes first
    private Flow.Subscription upstream;

    Workers(Executor executor, int atOnce, Function<T, R> work) {
      this.executor = executor;
      this.atOnce = atOnce;
      this.work = work;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      upstream = subscription;
      subscription.request(atOnce);
    }

    @Override
    public void onNext(Event<T> event) {
      open.incrementAndGet();
      try {
        executor.execute(() -> work(event));
      } catch (RejectedExecutionException e) {
        fail(e);
      }
    }

    private void work(Event<T> event) {
      try {
        submit(event.map(work)); // the result can still be acknowledged
        upstream.request(1);
      } catch (RuntimeException e) {
        fail(e);
      } finally {
        closeWhenDone();
      }
    }

    private void fail(RuntimeException failure) {
      upstream.cancel();
      closeExceptionally(failure);
    }

    private void closeWhenDone() {
      if (open.decrementAndGet() == 0) {
        close();
      }
    }

    @Override
    public void onError(Throwable failure) {
      closeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      closeWhenDone();
    }
  }

  // endregion

  // region acknowledged
  /** Stores the workers' results; events whose results were not stored are delivered again. */
  static <T, R> CompletableFuture<Void> stored(
      EventStream<T> stream, Workers<T, R> workers, Consumer<R> store) {
    CompletableFuture<Void> done =
        workers.consume(
            result -> {
              store.accept(result.data());
              result.acknowledge();
            });
    FlowStreams.toFlow(stream.withManualAcknowledgement(64)).subscribe(workers);
    return done;
  }
  // endregion
}
