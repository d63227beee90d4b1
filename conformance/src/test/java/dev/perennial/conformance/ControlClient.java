package dev.perennial.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Speaks the control protocol, and follows streams of one connection. */
final class ControlClient {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final OkHttpClient HTTP =
      new OkHttpClient.Builder().readTimeout(Duration.ofSeconds(30)).build();

  private final URI server;

  ControlClient(URI server) {
    this.server = server;
  }

  /** A response. The body is missing when it was empty. */
  record Answer(int status, JsonNode body) {
    String text(String field) {
      return body.path(field).asText();
    }
  }

  Answer call(String method, String path, String body) throws IOException {
    RequestBody sent = method.equals("GET") ? null : RequestBody.create(body, JSON);
    Request request =
        new Request.Builder().url(server.resolve(path).toString()).method(method, sent).build();
    try (Response response = HTTP.newCall(request).execute()) {
      String text = response.body().string();
      return new Answer(
          response.code(),
          text.isEmpty()
              ? JsonNodeFactory.instance.missingNode()
              : Objects.requireNonNull(new ObjectMapper().readTree(text)));
    }
  }

  Answer post(String path, String body) throws IOException {
    return call("POST", path, body);
  }

  /** Begins a session and returns its path. */
  String begin(String json) throws IOException {
    return "/sessions/" + post("/sessions", json).text("session");
  }

  /** Returns the next command. Asks again while there is none. */
  Answer next(String session) throws IOException {
    Answer answer = post(session + "/next", "");
    while (answer.status() == 202) {
      answer = post(session + "/next", "");
    }
    return answer;
  }

  /** Reads the first lines of a stream that begin with a prefix, and closes it. */
  static String firstLines(String url, int count) throws IOException {
    StringBuilder lines = new StringBuilder();
    Response response = HTTP.newCall(new Request.Builder().url(url).build()).execute();
    try (response) {
      for (int i = 0; i < count; i++) {
        lines.append(response.body().source().readUtf8LineStrict()).append('\n');
      }
    }
    return lines.toString();
  }
}
