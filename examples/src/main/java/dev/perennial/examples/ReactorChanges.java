package dev.perennial.examples;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.StreamState;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A stream in Reactor: plain, with acknowledgement by hand, and with its gaps filled in line. */
final class ReactorChanges {

  /** A change of a document. */
  record Change(long seq, String doc) {}

  private ReactorChanges() {}

  static Flux<Change> plain(EventStream<Change> changes) {
    return Flux.from(changes).limitRate(64).map(Event::data);
  }

  /** Saves up to eight changes at a time; a change that was not saved comes again after a crash. */
  static Flux<Void> saved(EventStream<Change> changes, Function<Change, Mono<Void>> save) {
    return Flux.from(changes.withManualAcknowledgement(64))
        .flatMap(event -> save.apply(event.data()).doOnSuccess(done -> event.acknowledge()), 8);
  }

  /** What {@code snapshot} loads stands where changes are missing. */
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
}
