package dev.perennial.sample.shrunk;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.CursorStore;
import dev.perennial.Decoder;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.json.Json;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sample.shrunk.Quote.Envelope;
import dev.perennial.sse.Sse;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that R8 shrinks like an app but that a JVM can run: it follows each transport to its
 * end, through a cut connection, and prints what it received. Arguments: the three URLs and a
 * directory for cursors.
 */
public final class ShrunkClient {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private ShrunkClient() {}

  public static void main(String[] args) throws Exception {
    Path cursors = Path.of(args[3]);
    follow("sse", Sse.stream(args[0], Quote.class), cursors);
    // If the type parameter is lost, the data remains the string that it is on the wire.
    Decoder<Envelope<Integer>> numbers = Json.decoder(new TypeReference<Envelope<Integer>>() {});
    follow("ndjson", Ndjson.builder(args[1]).stream(payload -> next(numbers, payload)), cursors);
    WebSocketSender sender = WebSocketSender.create();
    listen(
        "websocket",
        WebSockets.builder(args[2]).cursorParameter("since").sender(sender).stream(
            payload -> next(numbers, payload)),
        cursors,
        sender);
  }

  private static int next(Decoder<Envelope<Integer>> numbers, Payload payload) throws IOException {
    return Objects.requireNonNull(numbers.decode(payload).data, "data") + 1;
  }

  private static <T> EventStream<T> durable(String name, EventStream<T> stream, Path cursors) {
    return stream
        .withRetry(RetryPolicy.exponential(Duration.ofMillis(10), Duration.ofMillis(100)))
        .withCursorStore(CursorStore.file(cursors.resolve(name)));
  }

  private static <T> void follow(String name, EventStream<T> stream, Path cursors)
      throws InterruptedException {
    try (EventReader<T> reader = durable(name, stream, cursors).open()) {
      for (Event<T> event = reader.poll(LIMIT); event != null; event = reader.poll(LIMIT)) {
        System.out.println(name + " " + event.data());
      }
      System.out.println(name + " " + word(reader.subscription().state()));
    }
  }

  private static void listen(
      String name, EventStream<Integer> stream, Path cursors, WebSocketSender sender)
      throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    StreamListener<Integer> listener =
        new StreamListener<>() {
          @Override
          public void onEvent(Event<Integer> event) {
            sender.send("seen " + event.data());
            System.out.println(name + " " + event.data());
          }

          @Override
          public void onGap(Gap gap) {
            System.out.println(name + " gap");
          }

          @Override
          public void onClosed(@Nullable StreamException failure) {
            System.out.println(name + " " + word(new StreamState.Closed(failure)));
            closed.countDown();
          }
        };
    try (StreamSubscription subscription = durable(name, stream, cursors).subscribe(listener)) {
      if (!closed.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        System.out.println(name + " should have ended but is " + subscription.state());
      }
    }
  }

  private static String word(StreamState state) {
    if (state instanceof StreamState.Closed over) {
      return over.failure() == null ? "over" : "failed: " + over.failure().getMessage();
    }
    return "should have ended but is " + state;
  }
}
