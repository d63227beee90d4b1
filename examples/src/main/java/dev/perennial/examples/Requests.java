package dev.perennial.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perennial.Event;
import dev.perennial.Payload;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSockets;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Requests and their answers over the WebSocket that also brings notifications. */
final class Requests {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String url;

  Requests(String url) {
    this.url = url;
  }

  // region requests
  private static final JsonField ID = Json.field("/id");

  private final WebSocketSender out = WebSocketSender.create();
  private final Map<String, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();

  StreamSubscription connect(Consumer<JsonNode> notifications) {
    return WebSockets.builder(url) // wss://api.example.com/rpc
        .sender(out)
        // An answer has an id. It is handled when it comes, also while the consumer is busy.
        .classify(m -> ID.apply(m) == null ? Payload.Kind.EVENT : Payload.Kind.CONTROL)
        .onControl((socket, answer) -> answered(MAPPER.readTree(answer.text())))
        .stream(JsonNode.class)
        .subscribe(
            new StreamListener<JsonNode>() {
              @Override
              public void onEvent(Event<JsonNode> event) {
                notifications.accept(event.data());
              }

              @Override
              public void onState(StreamState state) {
                if (!(state instanceof StreamState.Open)) {
                  failAll(new IOException("The connection was lost; the request may be done"));
                }
              }

              @Override
              public void onClosed(@Nullable StreamException failure) {
                failAll(failure != null ? failure : new IOException("The stream is complete"));
              }
            });
  }

  /** Sends a request. It fails if its connection is lost before the answer comes. */
  CompletableFuture<JsonNode> call(String method, Duration timeout) {
    String id = Long.toString(lastId.incrementAndGet());
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(id, answer);
    WebSocketSender.Outcome outcome =
        out.send(
            JsonNodeFactory.instance.objectNode().put("id", id).put("method", method).toString());
    if (outcome.isRefused()) {
      answer.completeExceptionally(new IOException("Not sent: " + outcome));
    }
    return answer
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((result, failure) -> pending.remove(id));
  }

  private void answered(JsonNode message) {
    CompletableFuture<JsonNode> request = pending.get(message.path("id").asText());
    if (request != null) { // Else it came too late.
      request.complete(message.path("result"));
    }
  }

  private void failAll(Exception why) {
    pending.values().forEach(request -> request.completeExceptionally(why));
  }
  // endregion
}
