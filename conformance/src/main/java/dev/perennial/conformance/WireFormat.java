package dev.perennial.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.testkit.ReceivedRequest;
import dev.perennial.testkit.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/** How the kit's events look over each transport. */
final class WireFormat {
  private static final ObjectMapper JSON = new ObjectMapper();

  private WireFormat() {}

  static String contentType(Protocol protocol) {
    return protocol == Protocol.NDJSON ? "application/x-ndjson" : "text/event-stream";
  }

  /** An event as the bytes of the body or of the socket. */
  static byte[] event(Protocol protocol, @Nullable String id, @Nullable String type, String data) {
    return switch (protocol) {
      case SSE -> sse(id, type, data).getBytes(UTF_8);
      case NDJSON -> (json(id, type, data) + "\n").getBytes(UTF_8);
      case WEBSOCKET -> WebSocketFrame.text(json(id, type, data)).encoded();
    };
  }

  private static String sse(@Nullable String id, @Nullable String type, String data) {
    return (id == null ? "" : "id: " + id + "\n")
        + (type == null ? "" : "event: " + type + "\n")
        + ("data: " + data + "\n\n");
  }

  static String json(@Nullable String id, @Nullable String type, String data) {
    ObjectNode object = JSON.createObjectNode();
    if (id != null) {
      object.put("id", id);
    }
    if (type != null) {
      object.put("type", type);
    }
    return object.put("data", data).toString();
  }

  /** A sign of life that is no event. */
  static byte[] heartbeat(Protocol protocol) {
    return switch (protocol) {
      case SSE -> ":\n\n".getBytes(UTF_8);
      case NDJSON -> "\n".getBytes(UTF_8);
      case WEBSOCKET -> WebSocketFrame.ping("alive").encoded();
    };
  }

  /** What a request asks to go on after; null when it asks for nothing. */
  static @Nullable String cursor(Protocol protocol, ReceivedRequest request) {
    return protocol == Protocol.SSE
        ? request.header("Last-Event-ID")
        : request.queryParameter("since");
  }

  /** The field of a JSON object as text; null when there is none. */
  static @Nullable String field(String json, String name) {
    try {
      JsonNode node = JSON.readTree(json);
      JsonNode field = node == null ? null : node.get(name);
      return field == null || field.isNull() ? null : field.asText();
    } catch (JsonProcessingException e) {
      return null; // Not JSON: the event is its own text.
    }
  }
}
