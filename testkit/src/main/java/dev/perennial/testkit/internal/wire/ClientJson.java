package dev.perennial.testkit.internal.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** Parses client messages that are JSON objects with one member. */
public final class ClientJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ClientJson() {}

  /**
   * Returns the value of the member when the text is an object with this member alone; else null.
   */
  public static @Nullable JsonNode onlyMember(String text, String name) {
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
