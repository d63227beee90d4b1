package dev.perennial.examples;

import static dev.perennial.examples.FakeModel.data;
import static dev.perennial.examples.FakeModel.typed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.StreamException;
import dev.perennial.examples.FakeModel.Api;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs each recipe of a language model against a fake that answers as the real one does. */
@Timeout(60)
class LlmRecipesTest {
  private static final String REQUEST = "{\"model\":\"m\",\"stream\":true}";

  private final List<String> shown = new ArrayList<>();

  /** Ways in which a connection ends too early. */
  private static Stream<Arguments> earlyEnds() {
    LoopbackServer.Handler endOfBody = exchange -> exchange.write("0\r\n\r\n");
    LoopbackServer.Handler reset = exchange -> exchange.cut(Cut.RST);
    LoopbackServer.Handler close = exchange -> exchange.cut(Cut.FIN);
    return Stream.of(Arguments.of(endOfBody), Arguments.of(reset), Arguments.of(close));
  }

  private static void assertIncompleteAndAskedOnce(FakeModel model, Executable ask) {
    StreamException failure = assertThrows(StreamException.class, ask);

    assertEquals(StreamException.Reason.INCOMPLETE, failure.reason());
    assertEquals(1, model.server().requests().size());
  }

  private static void assertKeyIsRefusedInTheServersWords(String words, Executable ask) {
    StreamException failure = assertThrows(StreamException.class, ask);

    assertEquals(401, failure.code());
    assertTrue(failure.getMessage().contains(words), failure::getMessage);
    assertFalse(failure.getMessage().contains("sk-wr0ng"), failure::getMessage);
  }

  // ---- Chat completions ----

  private static final String DONE = data("[DONE]");

  @Test
  void callsOfToolsAreJoinedByTheirIndex() throws Exception {
    try (FakeModel model =
        FakeModel.start(Api.OPENAI)
            .says(
                delta("{\"role\":\"assistant\",\"content\":null}"),
                delta("{\"content\":\"Let me \"}"),
                delta("{\"content\":\"see.\"}"),
                delta(
                    call(
                        0,
                        ",\"id\":\"call_a\",\"type\":\"function\"",
                        "\"name\":\"weather\",",
                        "")),
                delta(call(0, "", "", "{\\\"city\\\":")),
                delta(
                    call(1, ",\"id\":\"call_b\",\"type\":\"function\"", "\"name\":\"time\",", "")),
                delta(call(0, "", "", "\\\"Köln\\\"}")),
                delta(call(1, "", "", "{}")),
                chunk("[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]", "null"),
                chunk("[]", "{\"prompt_tokens\":80,\"completion_tokens\":20,\"total_tokens\":100}"),
                DONE)) {

      LlmToolCalls.Turn turn = toolCalls(model, FakeModel.KEY).ask(REQUEST, shown::add);

      assertEquals(
          new LlmToolCalls.Turn(
              "Let me see.",
              List.of(
                  new LlmToolCalls.ToolCall("call_a", "weather", "{\"city\":\"Köln\"}"),
                  new LlmToolCalls.ToolCall("call_b", "time", "{}")),
              "tool_calls",
              100),
          turn);
      assertEquals("Let me see.", String.join("", shown));
      assertEquals(REQUEST, model.server().requests().get(0).bodyUtf8());
    }
  }

  @ParameterizedTest
  @MethodSource("earlyEnds")
  void halfACallIsNoCall(LoopbackServer.Handler end) throws Exception {
    try (FakeModel model =
        FakeModel.start(Api.OPENAI)
            .saysThen(
                end,
                delta("{\"role\":\"assistant\",\"content\":null}"),
                delta(call(0, ",\"id\":\"call_a\",\"type\":\"function\"", "\"name\":\"pay\",", "")),
                delta(call(0, "", "", "{\\\"euro\\\":10")))) {

      assertIncompleteAndAskedOnce(
          model, () -> toolCalls(model, FakeModel.KEY).ask(REQUEST, shown::add));
    }
  }

  @Test
  void reasonWithoutTheMarkerIsNoWholeAnswer() throws Exception {
    try (FakeModel model =
        FakeModel.start(Api.OPENAI)
            .says(
                delta("{\"content\":\"Hi\"}"),
                chunk("[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]", "null"))) {

      assertIncompleteAndAskedOnce(
          model, () -> toolCalls(model, FakeModel.KEY).ask(REQUEST, shown::add));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void errorAmongTheTokensIsReportedWhateverFollows(boolean isMarkerSent) throws Exception {
    String error =
        data(
            "{\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\","
                + "\"param\":null,\"code\":null}}");
    String[] events = {delta("{\"content\":\"Hel\"}"), error, isMarkerSent ? DONE : ": end\n\n"};
    try (FakeModel model = FakeModel.start(Api.OPENAI).says(events).says(events)) {

      LlmException ofTools =
          assertThrows(
              LlmException.class, () -> toolCalls(model, FakeModel.KEY).ask(REQUEST, shown::add));
      LlmException ofTokens =
          assertThrows(
              LlmException.class,
              () ->
                  new LlmTokens(model.url("/v1/chat/completions"), FakeModel.KEY)
                      .complete(REQUEST, shown::add));

      assertEquals("server_error: The server had an error", ofTools.getMessage());
      assertEquals("server_error: The server had an error", ofTokens.getMessage());
      assertEquals(List.of("Hel", "Hel"), shown);
      assertEquals(2, model.server().requests().size());
    }
  }

  @Test
  void wrongKeyOfCompletionsIsReportedAtOnce() throws Exception {
    try (FakeModel model = FakeModel.start(Api.OPENAI)) {
      assertKeyIsRefusedInTheServersWords(
          "Incorrect API key provided",
          () -> toolCalls(model, "sk-wr0ng").ask(REQUEST, shown::add));
    }
  }

  private static LlmToolCalls toolCalls(FakeModel model, String key) {
    return new LlmToolCalls(model.url("/v1/chat/completions"), key);
  }

  private static String delta(String delta) {
    return chunk("[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]", "null");
  }

  private static String chunk(String choices, String usage) {
    return data(
        "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
            + "\"model\":\"m\",\"choices\":"
            + choices
            + ",\"usage\":"
            + usage
            + "}");
  }

  private static String call(int index, String id, String name, String arguments) {
    return "{\"tool_calls\":[{\"index\":"
        + index
        + id
        + ",\"function\":{"
        + name
        + "\"arguments\":\""
        + arguments
        + "\"}}]}";
  }

  // ---- Responses ----

  private static final String CREATED =
      typed("response.created", "\"response\":{\"id\":\"resp_1\",\"status\":\"in_progress\"}");

  @Test
  void lastEventOfAResponseHasAllOfIt() throws Exception {
    try (FakeModel model =
        FakeModel.start(Api.OPENAI)
            .says(
                CREATED,
                typed("response.output_item.added", "\"output_index\":0,\"item\":{}"),
                typed("response.output_text.delta", "\"output_index\":0,\"delta\":\"Let me \""),
                typed("response.output_text.delta", "\"output_index\":0,\"delta\":\"see.\""),
                typed("response.output_text.done", "\"output_index\":0,\"text\":\"Let me see.\""),
                typed(
                    "response.function_call_arguments.delta", "\"output_index\":1,\"delta\":\"{\""),
                typed(
                    "response.function_call_arguments.delta", "\"output_index\":1,\"delta\":\"}\""),
                typed(
                    "response.completed",
                    "\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":["
                        + "{\"type\":\"message\"},{\"type\":\"function_call\",\"call_id\":"
                        + "\"call_a\",\"name\":\"time\",\"arguments\":\"{}\"}]}"))) {

      JsonNode response = responses(model, FakeModel.KEY).ask(REQUEST, shown::add);

      assertEquals(List.of("Let me ", "see."), shown);
      assertEquals("completed", response.path("status").asText());
      assertEquals("time", response.at("/output/1/name").asText());
      assertEquals("{}", response.at("/output/1/arguments").asText());
    }
  }

  @Test
  void responseThatMetItsLimitSaysSo() throws Exception {
    try (FakeModel model =
        FakeModel.start(Api.OPENAI)
            .says(
                CREATED,
                typed("response.output_text.delta", "\"output_index\":0,\"delta\":\"Once\""),
                typed(
                    "response.incomplete",
                    "\"response\":{\"id\":\"resp_1\",\"status\":\"incomplete\","
                        + "\"incomplete_details\":{\"reason\":\"max_output_tokens\"}}"))) {

      JsonNode response = responses(model, FakeModel.KEY).ask(REQUEST, shown::add);

      assertEquals("incomplete", response.path("status").asText());
      assertEquals("max_output_tokens", response.at("/incomplete_details/reason").asText());
    }
  }

  @ParameterizedTest
  @MethodSource("earlyEnds")
  void responseWithoutItsLastEventIsIncomplete(LoopbackServer.Handler end) throws Exception {
    try (FakeModel model =
        FakeModel.start(Api.OPENAI)
            .saysThen(
                end,
                CREATED,
                typed("response.output_text.delta", "\"output_index\":0,\"delta\":\"Once\""))) {

      assertIncompleteAndAskedOnce(
          model, () -> responses(model, FakeModel.KEY).ask(REQUEST, shown::add));
    }
  }

  @Test
  void responseThatFailsIsReportedInTheServersWords() throws Exception {
    try (FakeModel model =
        FakeModel.start(Api.OPENAI)
            .says(
                CREATED,
                typed(
                    "response.failed",
                    "\"response\":{\"id\":\"resp_1\",\"status\":\"failed\",\"error\":{\"code\":"
                        + "\"server_error\",\"message\":\"The model failed\"}}"))
            .says(
                CREATED,
                typed(
                    "error",
                    "\"code\":\"rate_limit_exceeded\",\"message\":\"Slow down\",\"param\":null"))) {

      LlmException failed =
          assertThrows(
              LlmException.class, () -> responses(model, FakeModel.KEY).ask(REQUEST, shown::add));
      LlmException error =
          assertThrows(
              LlmException.class, () -> responses(model, FakeModel.KEY).ask(REQUEST, shown::add));

      assertEquals("server_error: The model failed", failed.getMessage());
      assertEquals("rate_limit_exceeded", error.code());
    }
  }

  private static LlmResponses responses(FakeModel model, String key) {
    return new LlmResponses(model.url("/v1/responses"), key);
  }

  // ---- Anthropic's messages ----

  private static final String STOP = typed("message_stop", "");
  private static final String[] BEGUN = {
    typed(
        "message_start",
        "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],"
            + "\"stop_reason\":null,\"usage\":{\"input_tokens\":80,\"output_tokens\":1}}"),
    typed("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
    typed("ping", ""),
    block(0, "text_delta", "\"text\":\"Let me \"")
  };

  @Test
  void blocksOfAMessageAreJoined() throws Exception {
    try (FakeModel model =
        FakeModel.start(Api.ANTHROPIC)
            .says(
                and(
                    BEGUN,
                    block(0, "text_delta", "\"text\":\"see.\""),
                    typed("content_block_stop", "\"index\":0"),
                    tool(1, "tool_use", "toolu_a", "weather"),
                    block(1, "input_json_delta", "\"partial_json\":\"\""),
                    block(1, "input_json_delta", "\"partial_json\":\"{\\\"city\\\":\""),
                    typed("ping", ""),
                    block(1, "input_json_delta", "\"partial_json\":\"\\\"Köln\\\"}\""),
                    typed("content_block_stop", "\"index\":1"),
                    tool(2, "server_tool_use", "srvtoolu_b", "web_search"),
                    block(2, "input_json_delta", "\"partial_json\":\"{}\""),
                    typed("content_block_stop", "\"index\":2"),
                    tool(3, "tool_use", "toolu_c", "time"),
                    typed("content_block_stop", "\"index\":3"),
                    typed("invented_later", "\"index\":0"),
                    typed(
                        "message_delta",
                        "\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},"
                            + "\"usage\":{\"output_tokens\":20}"),
                    STOP))) {

      LlmMessages.Message message = messages(model, FakeModel.KEY).ask(REQUEST, shown::add);

      assertEquals(
          new LlmMessages.Message(
              "Let me see.",
              List.of(
                  new LlmMessages.ToolUse("toolu_a", "weather", "{\"city\":\"Köln\"}"),
                  new LlmMessages.ToolUse("toolu_c", "time", "{}")),
              "tool_use",
              20),
          message);
      assertEquals("Let me see.", String.join("", shown));
      ReceivedRequest request = model.server().requests().get(0);
      assertEquals("2023-06-01", request.header("anthropic-version"));
      assertEquals(REQUEST, request.bodyUtf8());
    }
  }

  @ParameterizedTest
  @MethodSource("earlyEnds")
  void messageWithoutItsStopIsIncompleteAndNotAskedForAgain(LoopbackServer.Handler end)
      throws Exception {
    try (FakeModel model = FakeModel.start(Api.ANTHROPIC).saysThen(end, BEGUN)) {
      assertIncompleteAndAskedOnce(
          model, () -> messages(model, FakeModel.KEY).ask(REQUEST, shown::add));
      assertEquals(List.of("Let me "), shown);
    }
  }

  @Test
  void overloadAmongTheBlocksIsReportedInTheServersWords() throws Exception {
    try (FakeModel model =
        FakeModel.start(Api.ANTHROPIC)
            .says(
                and(
                    BEGUN,
                    typed(
                        "error",
                        "\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}")))) {

      LlmException failure =
          assertThrows(
              LlmException.class, () -> messages(model, FakeModel.KEY).ask(REQUEST, shown::add));

      assertEquals("overloaded_error", failure.code());
      assertEquals("overloaded_error: Overloaded", failure.getMessage());
      assertEquals(1, model.server().requests().size());
    }
  }

  @Test
  void overloadBeforeTheMessageIsTriedAgain() throws Exception {
    try (FakeModel model =
        FakeModel.start(Api.ANTHROPIC)
            .does(
                exchange ->
                    exchange.answer(
                        529,
                        List.of("Content-Type: application/json", "Retry-After: 0"),
                        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                            + "\"message\":\"Overloaded\"}}"))
            .does(exchange -> exchange.cut(Cut.RST))
            .says(and(BEGUN, STOP))) {

      LlmMessages.Message message = messages(model, FakeModel.KEY).ask(REQUEST, shown::add);

      assertEquals("Let me ", message.text());
      assertEquals(3, model.server().requests().size());
    }
  }

  @Test
  void wrongKeyOfMessagesIsReportedAtOnce() throws Exception {
    try (FakeModel model = FakeModel.start(Api.ANTHROPIC)) {
      assertKeyIsRefusedInTheServersWords(
          "invalid x-api-key", () -> messages(model, "sk-wr0ng").ask(REQUEST, shown::add));
    }
  }

  private static LlmMessages messages(FakeModel model, String key) {
    return new LlmMessages(model.url("/v1/messages"), key);
  }

  private static String tool(int index, String type, String id, String name) {
    return typed(
        "content_block_start",
        "\"index\":"
            + index
            + ",\"content_block\":{\"type\":\""
            + type
            + "\",\"id\":\""
            + id
            + "\",\"name\":\""
            + name
            + "\",\"input\":{}}");
  }

  private static String block(int index, String type, String delta) {
    return typed(
        "content_block_delta",
        "\"index\":" + index + ",\"delta\":{\"type\":\"" + type + "\"," + delta + "}");
  }

  private static String[] and(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }
}
