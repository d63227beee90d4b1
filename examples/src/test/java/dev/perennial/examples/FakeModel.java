package dev.perennial.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The HTTP API of a language model: checks the key, and streams the events it was given, one in
 * each chunk of the response.
 */
final class FakeModel implements AutoCloseable {
  static final String KEY = "sk-t0psecret";

  private final Api api;
  private final LoopbackServer server;
  private final BlockingQueue<LoopbackServer.Handler> answers = new LinkedBlockingQueue<>();

  /** Which provider's API it is. */
  enum Api {
    OPENAI(
        "Authorization",
        "Bearer " + KEY,
        "{\"error\":{\"message\":\"Incorrect API key provided: %s\",\"type\":"
            + "\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}}"),
    ANTHROPIC(
        "x-api-key",
        KEY,
        "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":"
            + "\"invalid x-api-key %s\"}}");

    private final String header;
    private final String credential;
    private final String refusal;

    Api(String header, String credential, String refusal) {
      this.header = header;
      this.credential = credential;
      this.refusal = refusal;
    }
  }

  private FakeModel(Api api) throws IOException {
    this.api = api;
    this.server = LoopbackServer.start(this::answer);
  }

  static FakeModel start(Api api) throws IOException {
    return new FakeModel(api);
  }

  private void answer(Exchange exchange) throws IOException, InterruptedException {
    String shown = exchange.request().header(api.header);
    if (!api.credential.equals(shown)) {
      exchange.answer(
          401, List.of("Content-Type: application/json"), String.format(api.refusal, shown));
      return;
    }
    answers.take().handle(exchange);
  }

  /** Answers the next request with these events, and then ends the body. */
  FakeModel says(String... events) {
    return saysThen(exchange -> exchange.write("0\r\n\r\n"), events);
  }

  /** Answers the next request with these events, and then ends in this way. */
  FakeModel saysThen(LoopbackServer.Handler end, String... events) {
    return does(
        exchange -> {
          exchange.write(
              "HTTP/1.1 200 OK\r\n"
                  + "Content-Type: text/event-stream; charset=utf-8\r\n"
                  + "Transfer-Encoding: chunked\r\n"
                  + "Connection: close\r\n\r\n");
          for (String event : events) {
            int length = event.getBytes(UTF_8).length;
            exchange.write(Integer.toHexString(length) + "\r\n" + event + "\r\n");
          }
          end.handle(exchange);
        });
  }

  /** Answers the next request with this. */
  FakeModel does(LoopbackServer.Handler answer) {
    answers.add(answer);
    return this;
  }

  /** Formats an event without a type. */
  static String data(String json) {
    return "data: " + json + "\n\n";
  }

  /** Formats an event whose type is also the first property of its data. */
  static String typed(String type, String properties) {
    String rest = properties.isEmpty() ? "" : "," + properties;
    return "event: " + type + "\n" + data("{\"type\":\"" + type + "\"" + rest + "}");
  }

  String url(String path) {
    return server.uri(path).toString();
  }

  LoopbackServer server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
  }
}
