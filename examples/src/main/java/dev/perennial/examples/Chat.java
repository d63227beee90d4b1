package dev.perennial.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perennial.EventStream;
import dev.perennial.StreamListener;
import dev.perennial.StreamSubscription;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSockets;
import org.jspecify.annotations.Nullable;

/** A chat: messages are sent and received on one WebSocket. */
final class Chat {
  private final String url;
  private final String room;

  Chat(String url, String room) {
    this.url = url;
    this.room = room;
  }

  // region chat
  /** A message of a participant. */
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

  /** Sends a message. A sent message may be lost with its connection: it counts once it returns. */
  WebSocketSender.Outcome say(String text) {
    return out.send(JsonNodeFactory.instance.objectNode().put("say", text).toString());
  }

  /** Joins the chat, starting after the last message received. */
  private String join(@Nullable String cursor) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("join", room)
        .put("after", cursor) // null: start with new messages
        .toString();
  }
  // endregion
}
