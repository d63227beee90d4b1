package dev.perennial.interop;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A stream in a loop, and as a {@link Stream}; both are left early. */
final class Readers {
  private Readers() {}

  // region loop
  /** Returns the first matching event; null if the stream ends without one. */
  static @Nullable String first(EventStream<String> ticks, Predicate<String> isWanted) {
    try (EventReader<String> reader = ticks.open()) {
      for (Event<String> event : reader) {
        if (isWanted.test(event.data())) {
          return event.data(); // closes the connection, as break or an exception would
        }
      }
    }
    return null;
  }

  // endregion

  // region stream
  static List<String> firstTen(EventStream<String> ticks) {
    try (Stream<Event<String>> events = ticks.open().stream()) {
      return events.limit(10).map(Event::data).toList();
    }
  }

  // endregion

  // region workers
  /** Passes events to workers; events they have not handled are delivered again. */
  static void onWorkers(EventStream<String> ticks, Executor workers, Consumer<String> handle) {
    try (EventReader<String> reader = ticks.withManualAcknowledgement(64).open()) {
      for (Event<String> event : reader) {
        workers.execute(
            () -> {
              handle.accept(event.data());
              event.acknowledge();
            });
      }
    }
  }
  // endregion
}
