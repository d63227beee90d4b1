package dev.perennial.examples.programs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import java.util.function.Consumer;
import okhttp3.MediaType;
import okhttp3.RequestBody;

/** A conversation with a language model, whose answers are shown token by token. */
// region llm
final class LlmChat {
  private final String url; // https://api.example.com/v1/chat/completions
  private final String key;
  private final ArrayNode messages = JsonNodeFactory.instance.arrayNode();

  LlmChat(String url, String key) {
    this.url = url;
    this.key = key;
  }

  /** Returns the whole answer; one that is cut off throws, and is not part of the conversation. */
  String ask(String question, Consumer<String> show) {
    ArrayNode asked = messages.deepCopy().add(message("user", question));
    StringBuilder answer = new StringBuilder();
    try (EventReader<JsonNode> tokens = answerTo(asked).open()) {
      for (Event<JsonNode> event : tokens) {
        String token = event.data().at("/choices/0/delta/content").asText("");
        show.accept(token);
        answer.append(token);
      }
    }
    messages.removeAll().addAll(asked.add(message("assistant", answer.toString())));
    return answer.toString();
  }

  private EventStream<JsonNode> answerTo(ArrayNode asked) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("model", "small").put("stream", true).set("messages", asked);
    return Sse.builder(url)
        .header("Authorization", "Bearer " + key)
        .post(RequestBody.create(request.toString(), MediaType.get("application/json")))
        .endsAt(payload -> payload.text().equals("[DONE]"))
        .stream(JsonNode.class);
  }

  private static ObjectNode message(String role, String content) {
    return JsonNodeFactory.instance.objectNode().put("role", role).put("content", content);
  }
}
// endregion
