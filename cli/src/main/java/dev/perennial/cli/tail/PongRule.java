package dev.perennial.cli.tail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.Payload;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A value of {@code --pong}: which messages are pings, and how they are answered.
 *
 * @param isPing finds the pings
 * @param field makes a message a ping
 * @param answer with {@code {value}} where the field of the ping goes
 */
record PongRule(Predicate<Payload> isPing, JsonField field, String answer) {
  private static final String VALUE = "{value}";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Parses {@code <pointer>[=<value>] <answer>}. The first blank ends the pointer and the value.
   *
   * @return null when there is no answer
   * @throws IllegalArgumentException when the pointer is invalid
   */
  static @Nullable PongRule parse(String text) {
    int blank = text.indexOf(' ');
    String answer = blank < 0 ? "" : text.substring(blank).strip();
    if (answer.isEmpty()) {
      return null;
    }
    String condition = text.substring(0, blank);
    int equals = condition.indexOf('=');
    String pointer = equals < 0 ? condition : condition.substring(0, equals);
    JsonField field = Json.field(pointer);
    Predicate<Payload> isPing =
        equals < 0
            ? payload -> field.apply(payload) != null
            : Json.fieldEquals(pointer, condition.substring(equals + 1));
    return new PongRule(isPing, field, answer);
  }

  /** Returns the answer to a ping. */
  String answerTo(Payload ping) throws IOException {
    if (!answer.contains(VALUE)) {
      return answer;
    }
    JsonNode tree = JSON.readTree(ping.array(), ping.offset(), ping.length());
    JsonNode value = tree.at(field.pointer());
    // The field's text is as it was sent, except that a string has no quotes and escapes.
    String text = value.isTextual() ? value.toString() : field.apply(ping);
    return answer.replace(VALUE, text == null ? "null" : text);
  }
}
