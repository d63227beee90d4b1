package dev.perennial.conformance.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.conformance.Protocol;
import dev.perennial.testkit.ReceivedRequest;
import dev.perennial.testkit.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/** Encodes the kit's events for each transport. */
public final class WireFormat {
  /** The usual query parameter for the cursor. Server-sent events use a header instead. */
  static final String CURSOR_PARAMETER = "since";

  private static final ObjectMapper JSON = new ObjectMapper();

  private WireFormat() {}

  public static String contentType(Protocol protocol) {
    return protocol == Protocol.NDJSON ? "application/x-ndjson" : "text/event-stream";
  }

  /** Encodes an event as bytes of the body or of the socket. */
  public static byte[] event(
      Protocol protocol, @Nullable String id, @Nullable String type, String data) {
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

  public static String json(@Nullable String id, @Nullable String type, String data) {
    ObjectNode object = JSON.createObjectNode();
    if (id != null) {
      object.put("id", id);
    }
    if (type != null) {
      object.put("type", type);
    }
    return object.put("data", data).toString();
  }

  /** Returns a heartbeat: bytes that carry no event. */
  static byte[] heartbeat(Protocol protocol) {
    return switch (protocol) {
      case SSE -> ":\n\n".getBytes(UTF_8);
      case NDJSON -> "\n".getBytes(UTF_8);
      case WEBSOCKET -> WebSocketFrame.ping("alive").encoded();
    };
  }

  /** Returns the cursor that a request asks to resume after; null when it has none. */
  static @Nullable String cursor(
      Protocol protocol, ReceivedRequest request, String cursorParameter) {
    return protocol == Protocol.SSE
        ? request.header("Last-Event-ID")
        : request.queryParameter(cursorParameter);
  }

  /** Returns a field of a JSON object as text; null when there is none. */
  public static @Nullable String field(String json, String name) {
    try {
      JsonNode node = JSON.readTree(json);
      JsonNode field = node == null ? null : node.get(name);
      return field == null || field.isNull() ? null : field.asText();
    } catch (JsonProcessingException e) {
      return null; // Not JSON: the text itself is the data.
    }
  }
}
