package dev.perennial.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** Understands the messages of clients that are JSON objects with one member. */
final class ClientJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ClientJson() {}

  /** The value of the member when the text is an object with this member alone; else null. */
  static @Nullable JsonNode onlyMember(String text, String name) {
    if (!text.startsWith("{")) {
      return null;
    }
    try {
      JsonNode object = MAPPER.readTree(text);
      return object.size() == 1 ? object.get(name) : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
