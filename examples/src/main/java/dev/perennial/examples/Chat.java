package dev.perennial.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perennial.EventStream;
import dev.perennial.StreamListener;
import dev.perennial.StreamSubscription;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSockets;
import org.jspecify.annotations.Nullable;

/** A chat room: what is said goes out and comes back on one WebSocket. */
final class Chat {
  private final String url;
  private final String room;

  Chat(String url, String room) {
    this.url = url;
    this.room = room;
  }

  // region chat
  /** What somebody said. */
  record Message(String id, String room, String text) {}

  private final WebSocketSender out = WebSocketSender.create();

  StreamSubscription listen(StreamListener<Message> listener) {
    EventStream<Message> messages =
        WebSockets.builder(url) // wss://api.example.com/chat
            .subprotocols("chat.v2")
            .sender(out)
            .onOpen((socket, cursor) -> socket.send(join(cursor)))
            .stream(Message.class);
    return messages.subscribe(listener);
  }

  /** Says something. What was accepted may be lost with its connection: it is said once heard. */
  WebSocketSender.Outcome say(String text) {
    return out.send(JsonNodeFactory.instance.objectNode().put("say", text).toString());
  }

  /** Enters the room, behind the last message that came from it. */
  private String join(@Nullable String cursor) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("join", room)
        .put("after", cursor) // null: from now on
        .toString();
  }
  // endregion
}
