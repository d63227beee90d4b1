package dev.perennial.examples.guide;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Resumes where the last process stopped. */
final class Resuming {

  /** An order. */
  record Order(String id, long amount) {}

  private Resuming() {}

  // region file
  static EventStream<Order> orders(String url) {
    return Sse.stream(url, Order.class).withCursorStore(CursorStore.file(Path.of("orders.cursor")));
  }

  // endregion

  // region by-hand
  static void handleOnWorkers(EventStream<Order> orders, Executor workers, Consumer<Order> handle) {
    try (EventReader<Order> reader = orders.withManualAcknowledgement(256).open()) {
      for (Event<Order> event : reader) {
        workers.execute(
            () -> {
              handle.accept(event.data());
              event.acknowledge(); // not reached if handling fails: the order is delivered again
            });
      }
    }
  }

  // endregion

  // region already
  /** Of a callback that has asked by itself: the response is the first connection of the stream. */
  static EventStream<Order> ordersOf(Call call, Response response) {
    return Sse.builder(response.request()).firstAnswer(response, call::cancel).stream(Order.class);
  }

  // endregion

  // region own-store
  interface Settings {
    @Nullable String get(String key) throws IOException;

    void put(String key, String value) throws IOException;
  }

  record SettingsStore(Settings settings) implements CursorStore {
    @Override
    public @Nullable String load() throws IOException {
      return settings.get("orders.cursor");
    }

    @Override
    public void save(String checkpoint) throws IOException {
      settings.put("orders.cursor", checkpoint);
    }
  }
  // endregion
}
