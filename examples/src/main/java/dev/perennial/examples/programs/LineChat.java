package dev.perennial.examples.programs;

import static java.time.Duration.ofSeconds;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perennial.EventStream;
import dev.perennial.StreamSubscription;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;

/** A chat on the terminal: prints what others say, and sends each line that is typed. */
final class LineChat {
  private LineChat() {}

  // region chat
  /** What somebody has said. */
  record Message(String id, String from, String text) {}

  static void run(String url, BufferedReader typed, PrintStream out)
      throws IOException, InterruptedException {
    WebSocketSender room = WebSocketSender.create();
    EventStream<Message> messages =
        WebSockets.builder(url) // wss://chat.example.com/rooms/42
            .cursorParameter("after") // so that the server sends what was said meanwhile
            .sender(room)
            .stream(Message.class);

    try (StreamSubscription chat =
        messages.subscribe(said -> out.println(said.data().from() + ": " + said.data().text()))) {
      chat.awaitOpen(ofSeconds(10));
      for (String line = typed.readLine(); line != null; line = typed.readLine()) {
        if (room.send(say(line)).isRefused()) {
          out.println("(not sent: " + line + ")");
        }
      }
    }
  }

  private static String say(String text) {
    return JsonNodeFactory.instance.objectNode().put("say", text).toString();
  }
  // endregion
}
