package dev.perennial.examples;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serial;

/** What a model's server says in place of the rest of an answer, in the midst of its stream. */
final class LlmException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String code;

  private LlmException(String code, String message) {
    super(code + ": " + message);
    this.code = code;
  }

  /** Of {"type":…,"message":…}, with a more exact "code" where there is one. */
  static LlmException of(JsonNode error) {
    String type = error.path("type").asText("error");
    return new LlmException(error.path("code").asText(type), error.path("message").asText(""));
  }

  /** Such as {@code overloaded_error}. */
  String code() {
    return code;
  }
}
