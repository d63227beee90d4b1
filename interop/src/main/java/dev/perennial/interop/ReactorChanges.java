package dev.perennial.interop;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.StreamState;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A stream in Reactor: plain, shared, manually acknowledged, and with its gaps filled in place. */
final class ReactorChanges {

  /** A change of a document. */
  record Change(long seq, String doc) {}

  private ReactorChanges() {}

  // region plain
  static Flux<Change> plain(EventStream<Change> changes) {
    return Flux.from(changes).limitRate(64).map(Event::data);
  }

  // endregion

  // region handled
  /** Handles changes on another thread, with a queue of up to 16. */
  static Flux<Change> handled(
      EventStream<Change> changes, Scheduler scheduler, Consumer<Change> handle) {
    return Flux.from(changes.withManualAcknowledgement(16))
        .publishOn(scheduler, 16)
        .map(
            event -> {
              handle.accept(event.data());
              event.acknowledge();
              return event.data();
            });
  }

  // endregion

  // region saved
  /** Saves up to eight changes at once; unsaved changes are delivered again after a crash. */
  static Flux<Void> saved(EventStream<Change> changes, Function<Change, Mono<Void>> save) {
    return Flux.from(changes.withManualAcknowledgement(64))
        .flatMap(event -> save.apply(event.data()).doOnSuccess(done -> event.acknowledge()), 8);
  }

  // endregion

  // region shared
  /** One connection for all subscribers, from the first to subscribe to the last to leave. */
  static Flux<Change> shared(EventStream<Change> changes) {
    return Flux.from(changes).map(Event::data).share();
  }

  // endregion

  // region fanned-out
  /** As {@code shared}, but who does not keep up ends with an error, and no other one waits. */
  static Flux<Change> fannedOut(EventStream<Change> changes, int capacity) {
    return shared(changes).onBackpressureBuffer(capacity, BufferOverflowStrategy.ERROR);
  }

  // endregion

  // region gaps
  /** Emits what {@code snapshot} loads wherever changes are missing. */
  static Flux<Change> withoutGaps(
      EventStream<Change> changes, Function<@Nullable String, Flux<Change>> snapshot) {
    return Flux.from(changes.withGapPolicy(GapPolicy.liveOnly()).signals())
        .publishOn(Schedulers.boundedElastic())
        .concatMap(
            signal -> {
              if (signal instanceof Event<Change> event) {
                return Mono.just(event.data());
              } else if (signal instanceof Gap gap) {
                return snapshot.apply(gap.lastCursor());
              } else if (signal instanceof StreamState.Waiting waiting) {
                System.err.println("waiting " + waiting.delay() + ": " + waiting.rule());
              }
              return Flux.<Change>empty();
            });
  }
  // endregion
}
