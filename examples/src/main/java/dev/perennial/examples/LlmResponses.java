package dev.perennial.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import java.util.Set;
import java.util.function.Consumer;
import okhttp3.MediaType;
import okhttp3.RequestBody;

/** Asks a language model whose stream has typed events: responses. */
final class LlmResponses {
  private final String url;
  private final String key;

  LlmResponses(String url, String key) {
    this.url = url;
    this.key = key;
  }

  // region response
  private static final Set<String> LAST =
      Set.of("response.completed", "response.incomplete", "response.failed", "error");

  /** The whole response, with its status and its output. */
  JsonNode ask(String requestJson, Consumer<String> show) {
    EventStream<JsonNode> events =
        Sse.builder(url)
            .header("Authorization", "Bearer " + key)
            .post(RequestBody.create(requestJson, MediaType.get("application/json")))
            .endsAfter(event -> LAST.contains(event.type()))
            .stream(JsonNode.class);
    JsonNode response = MissingNode.getInstance();
    try (EventReader<JsonNode> reader = events.open()) {
      for (Event<JsonNode> event : reader) {
        JsonNode data = event.data();
        switch (event.type()) {
          case "response.output_text.delta" -> show.accept(data.path("delta").asText());
          case "response.completed", "response.incomplete" -> response = data.path("response");
          case "response.failed" -> throw LlmException.of(data.at("/response/error"));
          case "error" -> throw LlmException.of(data);
          default -> {} // The last event has the data of all other types too.
        }
      }
    }
    return response;
  }
  // endregion
}
