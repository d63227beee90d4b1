package dev.perennial.examples;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serial;

/**
 * The error that a model's server reports in the middle of its stream, instead of the rest of the
 * answer.
 */
final class LlmException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String code;

  private LlmException(String code, String message) {
    super(code + ": " + message);
    this.code = code;
  }

  /** Creates it from {"type":…,"message":…}, with a more precise "code" if there is one. */
  static LlmException of(JsonNode error) {
    String type = error.path("type").asText("error");
    return new LlmException(error.path("code").asText(type), error.path("message").asText(""));
  }

  /** Returns, for example, {@code overloaded_error}. */
  String code() {
    return code;
  }
}
