package dev.perennial.examples;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.sse.Sse;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import okhttp3.MediaType;
import okhttp3.RequestBody;

/** Asks a language model whose answer is a message in blocks: Anthropic's messages. */
final class LlmMessages {
  private final String url;
  private final String key;

  LlmMessages(String url, String key) {
    this.url = url;
    this.key = key;
  }

  // region message
  /** A tool that the model asks to call. */
  record ToolUse(String id, String name, String input) {}

  /** A complete message, and why it ended: end_turn, tool_use, max_tokens… */
  record Message(String text, List<ToolUse> tools, String stopReason, long outputTokens) {}

  private record Pieces(String id, String name, StringBuilder input) {
    ToolUse whole() {
      return new ToolUse(id, name, input.isEmpty() ? "{}" : input.toString());
    }
  }

  Message ask(String requestJson, Consumer<String> show) {
    EventStream<JsonNode> events =
        Sse.builder(url) // https://api.anthropic.com/v1/messages
            .header("x-api-key", key)
            .header("anthropic-version", "2023-06-01")
            .post(RequestBody.create(requestJson, MediaType.get("application/json")))
            .resendAfterEvents() // but not after an answer has begun, since endsAt is set
            .heartbeat(event -> event.type().equals("ping"))
            .endsAt(event -> event.type().equals("message_stop"))
            .stream(JsonNode.class)
            .withRetry(
                RetryPolicy.exponential(ofSeconds(1), ofSeconds(30)).withMaxElapsed(ofMinutes(2)));
    StringBuilder text = new StringBuilder();
    SortedMap<Integer, Pieces> tools = new TreeMap<>();
    String stopReason = "";
    long outputTokens = 0;
    try (EventReader<JsonNode> reader = events.open()) {
      for (Event<JsonNode> event : reader) {
        JsonNode data = event.data();
        int index = data.path("index").asInt();
        switch (event.type()) {
          case "content_block_start" -> {
            JsonNode block = data.path("content_block");
            if (block.path("type").asText().equals("tool_use")) {
              String id = block.path("id").asText();
              tools.put(index, new Pieces(id, block.path("name").asText(), new StringBuilder()));
            }
          }
          case "content_block_delta" -> {
            JsonNode delta = data.path("delta");
            String token = delta.path("text").asText("");
            show.accept(token);
            text.append(token);
            Pieces tool = tools.get(index);
            if (tool != null) {
              tool.input().append(delta.path("partial_json").asText(""));
            }
          }
          case "message_delta" -> {
            stopReason = data.at("/delta/stop_reason").asText(stopReason);
            outputTokens = data.at("/usage/output_tokens").asLong(outputTokens);
          }
          case "error" -> throw LlmException.of(data.path("error"));
          default -> {} // Other types, including future ones.
        }
      }
    } // A truncated message throws, so partial input never reaches a tool.
    List<ToolUse> whole = tools.values().stream().map(Pieces::whole).toList();
    return new Message(text.toString(), whole, stopReason, outputTokens);
  }
  // endregion
}
