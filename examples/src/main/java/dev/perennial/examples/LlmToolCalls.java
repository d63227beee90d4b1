package dev.perennial.examples;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.sse.Sse;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import okhttp3.MediaType;
import okhttp3.RequestBody;

/** Asks a language model that may ask to call tools: chat completions. */
final class LlmToolCalls {
  private final String url;
  private final String key;

  LlmToolCalls(String url, String key) {
    this.url = url;
    this.key = key;
  }

  // region turn
  /** A tool that the model asks to call. */
  record ToolCall(String id, String name, String arguments) {}

  /** A complete answer, and why it ended: stop, tool_calls, length… */
  record Turn(String text, List<ToolCall> calls, String finishReason, long tokens) {}

  private record Pieces(String id, String name, StringBuilder arguments) {}

  Turn ask(String requestJson, Consumer<String> show) {
    EventStream<JsonNode> chunks =
        Sse.builder(url)
            .header("Authorization", "Bearer " + key)
            .post(RequestBody.create(requestJson, MediaType.get("application/json")))
            .endsAt(payload -> payload.text().equals("[DONE]"))
            .stream(JsonNode.class);
    StringBuilder text = new StringBuilder();
    SortedMap<Integer, Pieces> calls = new TreeMap<>();
    String finishReason = "";
    long tokens = 0;
    try (EventReader<JsonNode> reader = chunks.open()) {
      for (Event<JsonNode> event : reader) {
        JsonNode chunk = event.data();
        if (chunk.has("error")) {
          throw LlmException.of(chunk.path("error"));
        }
        JsonNode choice = chunk.at("/choices/0"); // Missing in the chunk that reports the usage.
        String token = choice.at("/delta/content").asText("");
        show.accept(token);
        text.append(token);
        for (JsonNode piece : choice.at("/delta/tool_calls")) {
          JsonNode function = piece.path("function");
          calls
              .computeIfAbsent(
                  piece.path("index").asInt(),
                  index ->
                      new Pieces(
                          piece.path("id").asText(),
                          function.path("name").asText(),
                          new StringBuilder()))
              .arguments()
              .append(function.path("arguments").asText(""));
        }
        finishReason = choice.path("finish_reason").asText(finishReason);
        tokens = chunk.at("/usage/total_tokens").asLong(tokens);
      }
    } // A truncated answer throws, so no partial call is made.
    List<ToolCall> whole =
        calls.values().stream()
            .map(call -> new ToolCall(call.id(), call.name(), call.arguments().toString()))
            .toList();
    return new Turn(text.toString(), whole, finishReason, tokens);
  }
  // endregion
}
