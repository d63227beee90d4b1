package dev.perennial.examples;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.sse.Sse;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** Servers where one request begins something, and other requests go on with its events. */
final class Runs {
  private static final MediaType JSON = MediaType.get("application/json");

  private final HttpUrl base;
  private final String key;

  Runs(String url, String key) {
    this.base = HttpUrl.get(url);
    this.key = key;
  }

  // region openai
  private static final JsonField RESPONSE_ID = Json.field("/response/id");
  private static final JsonField SEQUENCE = Json.field("/sequence_number");
  private static final Set<String> OVER =
      Set.of("response.completed", "response.incomplete", "response.failed", "error");

  /** A response that is made in the background: {@code "background":true,"stream":true}. */
  EventStream<JsonNode> openAi(String requestJson) {
    return Sse.builder(base + "v1/responses")
        .header("Authorization", "Bearer " + key)
        .post(RequestBody.create(requestJson, JSON))
        .cursor((before, event) -> afterResponse(before, event)) // resp_1/42
        .resumeWith(
            attempt -> {
              String[] at = requireNonNull(attempt.cursor()).split("/", 2);
              return new Request.Builder()
                  .url(base + "v1/responses/" + at[0] + "?stream=true&starting_after=" + at[1])
                  .build();
            })
        .endsAfter(event -> OVER.contains(event.type()))
        .stream(JsonNode.class);
  }

  private static @Nullable String afterResponse(@Nullable String before, Payload event) {
    String sequence = SEQUENCE.apply(event);
    String id = before == null ? RESPONSE_ID.apply(event) : before.split("/", 2)[0];
    return id == null || sequence == null ? before : id + "/" + sequence;
  }

  // endregion

  // region gemini
  private static final JsonField INTERACTION_ID = Json.field("/interaction/id");
  private static final JsonField EVENT_ID = Json.field("/event_id");

  /** An interaction: {@code "stream":true}. */
  EventStream<JsonNode> gemini(String requestJson) {
    return Sse.builder(base + "v1beta/interactions")
        .header("x-goog-api-key", key)
        .post(RequestBody.create(requestJson, JSON))
        .cursor((before, event) -> afterInteraction(before, event)) // id eventId
        .resumeWith(
            attempt -> {
              String[] at = requireNonNull(attempt.cursor()).split(" ", 2);
              return new Request.Builder()
                  .url(
                      base.newBuilder()
                          .addPathSegments("v1beta/interactions/" + at[0])
                          .addQueryParameter("stream", "true")
                          .addQueryParameter("last_event_id", at[1])
                          .build())
                  .build();
            })
        .endsAt(event -> event.text().equals("[DONE]"))
        .stream(JsonNode.class);
  }

  private static @Nullable String afterInteraction(@Nullable String before, Payload event) {
    String id = before == null ? INTERACTION_ID.apply(event) : before.split(" ", 2)[0];
    String eventId = EVENT_ID.apply(event);
    return id == null || eventId == null ? before : id + " " + eventId;
  }

  // endregion

  // region a2a
  private static final JsonField TASK_ID = Json.field("/result/taskId");
  private static final JsonField TASK = Json.field("/result/id");

  /** A task of an agent, by {@code message/stream}; the agent may answer with one message. */
  EventStream<JsonNode> agent(String messageStreamJson) {
    return Sse.builder(base + "a2a")
        .header("Authorization", "Bearer " + key)
        .post(RequestBody.create(messageStreamJson, JSON))
        .orDocument("application/json")
        .cursor((before, event) -> before != null ? before : taskOf(event))
        .resumeWith(
            attempt ->
                new Request.Builder()
                    .url(base + "a2a")
                    .post(RequestBody.create(resubscribe(requireNonNull(attempt.cursor())), JSON))
                    .build())
        .endsAfter(Json.fieldEquals("/result/final", "true"))
        .stream(JsonNode.class);
  }

  private static @Nullable String taskOf(Payload event) {
    String id = TASK_ID.apply(event);
    return id != null ? id : TASK.apply(event);
  }

  private static String resubscribe(String task) {
    return "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tasks/resubscribe\","
        + "\"params\":{\"id\":\""
        + task
        + "\"}}";
  }

  // endregion

  // region langgraph
  /** A run of a thread: {@code "stream_resumable":true}. */
  EventStream<JsonNode> langGraph(String thread, String requestJson) {
    return Sse.builder(base + "threads/" + thread + "/runs/stream")
        .header("x-api-key", key)
        .post(RequestBody.create(requestJson, JSON))
        .cursorFromAnswer(answer -> answer.header("Content-Location")) // /threads/t/runs/r
        .cursor(
            (before, event) ->
                before == null || event.id() == null
                    ? before
                    : before.split(" ", 2)[0] + " " + event.id())
        .resumeWith(
            attempt -> {
              String[] at = requireNonNull(attempt.cursor()).split(" ", 2);
              return new Request.Builder()
                  .url(base.newBuilder().encodedPath(at[0] + "/stream").build())
                  .header("Last-Event-ID", at.length == 1 ? "-1" : at[1])
                  .build();
            })
        .endsAt(event -> event.type().equals("end"))
        .eventsWithoutData() // The end is one.
        .stream(JsonNode.class);
  }

  // endregion

  // region mcp
  /** The answer to one request of the Model Context Protocol, with its progress before it. */
  EventStream<JsonNode> mcp(String session, String requestId, String requestJson) {
    return Sse.builder(base + "mcp")
        .header("Mcp-Session-Id", session)
        .header("MCP-Protocol-Version", "2025-11-25")
        .post(RequestBody.create(requestJson, JSON))
        .orDocument("application/json")
        .resumeWith(attempt -> new Request.Builder().url(base + "mcp").build())
        .cursorHeader("Last-Event-ID")
        .endsAfter(event -> isAnswerTo(requestId, event))
        .stream(JsonNode.class);
  }

  private static final JsonField ID = Json.field("/id");
  private static final JsonField METHOD = Json.field("/method");

  private static boolean isAnswerTo(String requestId, Payload event) {
    return event.length() > 0
        && requestId.equals(ID.apply(event))
        && METHOD.apply(event) == null; // Not a request of the server.
  }
  // endregion
}
