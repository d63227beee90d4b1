package dev.perennial.examples;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.sse.Sse;
import java.util.function.Consumer;
import okhttp3.MediaType;
import okhttp3.RequestBody;

/** Asks a language model, and shows the answer token by token. */
final class LlmTokens {
  private final String url;
  private final String key;

  LlmTokens(String url, String key) {
    this.url = url;
    this.key = key;
  }

  // region answer
  /** An answer, possibly truncated. */
  record Answer(String text, boolean isWhole) {}

  Answer complete(String requestJson, Consumer<String> show) {
    EventStream<JsonNode> tokens =
        Sse.builder(url)
            .header("Authorization", "Bearer " + key)
            .post(RequestBody.create(requestJson, MediaType.get("application/json")))
            .endsAt(payload -> payload.text().equals("[DONE]")) // not JSON: never decoded
            .stream(JsonNode.class);
    StringBuilder answer = new StringBuilder();
    try (EventReader<JsonNode> reader = tokens.open()) {
      for (Event<JsonNode> event : reader) {
        if (event.data().has("error")) {
          throw LlmException.of(event.data().path("error")); // Regardless of what follows it.
        }
        String token = event.data().at("/choices/0/delta/content").asText("");
        show.accept(token);
        answer.append(token);
      }
    } catch (StreamException e) {
      if (answer.isEmpty()) {
        throw e; // Nothing arrived: the reason says why.
      }
      return new Answer(answer.toString(), false);
    }
    return new Answer(answer.toString(), true);
  }
  // endregion
}
