package dev.perennial.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs each recipe against a fake that answers as the real service does, and cuts its answers. */
@Timeout(60)
class RunsTest {
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private Runs runs;

  /** Returns the blocks of a body; a last one that is null cuts it, else it ends in good order. */
  private interface Answers {
    List<String> to(HttpExchange exchange, String body);
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    runs = new Runs("http://127.0.0.1:" + server.getAddress().getPort() + "/", "key");
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(String path, Answers answers) {
    server.createContext(
        path,
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          List<String> blocks = answers.to(exchange, body);
          if (!exchange.getResponseHeaders().containsKey("Content-Type")) {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
          }
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          for (String block : blocks) {
            if (block == null) {
              out.flush();
              exchange.close();
              return;
            }
            out.write(block.getBytes(UTF_8));
          }
          out.close();
          exchange.close();
        });
  }

  private static List<String> cut(String... blocks) {
    List<String> all = new ArrayList<>(List.of(blocks));
    all.add(null);
    return all;
  }

  private static List<JsonNode> read(EventStream<JsonNode> stream) {
    List<JsonNode> data = new ArrayList<>();
    try (EventReader<JsonNode> reader =
        stream.withRetry(RetryPolicy.fixed(Duration.ofMillis(10))).open()) {
      for (Event<JsonNode> event : reader) {
        data.add(event.data());
      }
      assertTrue(reader.isCompleted());
    }
    return data;
  }

  private static String typed(String type, int sequence, String rest) {
    return "event: %s\ndata: {\"type\":\"%s\",\"sequence_number\":%d%s}\n\n"
        .formatted(type, type, sequence, rest);
  }

  @Test
  void aBackgroundResponseGoesOnAfterEachCut() {
    String delta = "response.output_text.delta";
    answer(
        "/v1/responses",
        (exchange, body) -> {
          String query = String.valueOf(exchange.getRequestURI().getQuery());
          if (exchange.getRequestMethod().equals("POST")) {
            return cut(
                typed("response.created", 0, ",\"response\":{\"id\":\"resp_1\"}"),
                typed(delta, 1, ",\"delta\":\"Hel\""));
          }
          return query.endsWith("starting_after=1")
              ? List.of(typed(delta, 2, ",\"delta\":\"lo\"")) // An orderly end, too early.
              : List.of(typed("response.completed", 3, ",\"response\":{\"id\":\"resp_1\"}"));
        });

    List<JsonNode> data = read(runs.openAi("{\"background\":true,\"stream\":true}"));

    assertEquals(
        List.of(0, 1, 2, 3), data.stream().map(e -> e.path("sequence_number").asInt()).toList());
    assertEquals(
        List.of(
            "POST /v1/responses",
            "GET /v1/responses/resp_1?stream=true&starting_after=1",
            "GET /v1/responses/resp_1?stream=true&starting_after=2"),
        requests);
  }

  @Test
  void anInteractionGoesOnAfterItsLastEvent() {
    answer(
        "/v1beta/interactions",
        (exchange, body) ->
            exchange.getRequestMethod().equals("POST")
                ? cut(
                    "event: interaction.created\ndata: {\"event_type\":\"interaction.created\","
                        + "\"event_id\":\"e/1\",\"interaction\":{\"id\":\"v1_a\"}}\n\n",
                    "event: content.delta\ndata: {\"event_type\":\"content.delta\","
                        + "\"event_id\":\"e/2\",\"delta\":{\"text\":\"Hello\"}}\n\n")
                : List.of(
                    "event: interaction.completed\ndata: {\"event_type\":"
                        + "\"interaction.completed\",\"event_id\":\"e/3\","
                        + "\"interaction\":{\"id\":\"v1_a\"}}\n\n",
                    "event: done\ndata: [DONE]\n\n"));

    List<JsonNode> data = read(runs.gemini("{\"stream\":true}"));

    assertEquals(
        List.of("e/1", "e/2", "e/3"), data.stream().map(e -> e.path("event_id").asText()).toList());
    assertEquals(
        List.of(
            "POST /v1beta/interactions",
            "GET /v1beta/interactions/v1_a?stream=true&last_event_id=e%2F2"),
        requests);
  }

  @Test
  void aTaskIsSubscribedToAgain() {
    answer(
        "/a2a",
        (exchange, body) ->
            body.contains("message/stream")
                ? cut("data: {\"result\":{\"kind\":\"task\",\"id\":\"t-1\"}}\n\n")
                : List.of(
                    "data: {\"result\":{\"kind\":\"status-update\",\"taskId\":\"t-1\","
                        + "\"final\":"
                        + body.contains("\"id\":\"t-1\"")
                        + "}}\n\n"));

    List<JsonNode> data = read(runs.agent("{\"method\":\"message/stream\"}"));

    assertEquals(
        List.of("task", "status-update"),
        data.stream().map(e -> e.at("/result/kind").asText()).toList());
    assertEquals(List.of("POST /a2a", "POST /a2a"), requests);
  }

  @Test
  void anAgentThatAnswersAtOnceSendsADocument() {
    answer(
        "/a2a",
        (exchange, body) -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          return List.of("{\"result\":{\"kind\":\"message\"}}");
        });

    assertEquals(1, read(runs.agent("{\"method\":\"message/stream\"}")).size());
    assertEquals(List.of("POST /a2a"), requests);
  }

  @Test
  void aRunOfAThreadIsJoinedAfterItsLastEvent() {
    List<String> after = new CopyOnWriteArrayList<>();
    answer(
        "/threads/t/runs/stream",
        (exchange, body) -> {
          exchange.getResponseHeaders().add("Content-Location", "/threads/t/runs/r");
          return cut(); // Before the first event: the run is known by its address.
        });
    answer(
        "/threads/t/runs/r/stream",
        (exchange, body) -> {
          after.add(exchange.getRequestHeaders().getFirst("Last-Event-ID"));
          return after.size() == 1
              ? cut("id: 1-0\nevent: values\ndata: {\"n\":1}\n\n")
              : List.of("id: 2-0\nevent: values\ndata: {\"n\":2}\n\n", "event: end\n\n");
        });

    assertEquals(2, read(runs.langGraph("t", "{\"stream_resumable\":true}")).size());

    assertEquals(List.of("-1", "1-0"), after);
    assertEquals("POST /threads/t/runs/stream", requests.get(0));
  }

  @Test
  void aToolsAnswerComesAfterAReconnect() {
    List<String> after = new CopyOnWriteArrayList<>();
    answer(
        "/mcp",
        (exchange, body) -> {
          assertEquals("s-1", exchange.getRequestHeaders().getFirst("Mcp-Session-Id"));
          if (exchange.getRequestMethod().equals("POST")) {
            return List.of("id: a\ndata: \n\n"); // It closes at once and works on.
          }
          after.add(exchange.getRequestHeaders().getFirst("Last-Event-ID"));
          return after.size() == 1
              ? cut("id: b\ndata: {\"method\":\"notifications/progress\"}\n\n")
              : List.of("id: c\ndata: {\"id\":7,\"result\":{}}\n\n");
        });

    assertEquals(2, read(runs.mcp("s-1", "7", "{\"id\":7,\"method\":\"tools/call\"}")).size());

    assertEquals(List.of("a", "b"), after);
    assertEquals(List.of("POST /mcp", "GET /mcp", "GET /mcp"), requests);
  }

  @Test
  void aToolsAnswerIsAskedForWhenTheServerSaid() {
    List<Long> nanos = new CopyOnWriteArrayList<>();
    answer(
        "/mcp",
        (exchange, body) -> {
          nanos.add(System.nanoTime());
          return exchange.getRequestMethod().equals("POST")
              ? List.of("id: a\nretry: 300\ndata: \n\n")
              : List.of("id: b\ndata: {\"id\":7,\"result\":{}}\n\n");
        });

    assertEquals(1, read(runs.mcp("s-1", "7", "{\"id\":7,\"method\":\"tools/call\"}")).size());

    assertTrue(nanos.get(1) - nanos.get(0) >= 300_000_000, nanos::toString);
  }

  @Test
  void aForgottenSessionIsAFailureWithItsStatus() {
    server.createContext(
        "/mcp",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });

    StreamException failure =
        assertThrows(
            StreamException.class,
            () -> read(runs.mcp("s-1", "7", "{\"id\":7,\"method\":\"tools/call\"}")));

    assertEquals(404, failure.code());
    assertEquals(List.of("POST /mcp"), requests);
  }
}
