package dev.perennial.examples.guide;

import dev.perennial.EventStream;
import dev.perennial.websocket.DisconnectException;
import dev.perennial.websocket.WebSockets;
import org.jspecify.annotations.Nullable;

/** Handshakes in messages, as docs/guide/websocket.md shows them. */
abstract class Handshakes {

  EventStream<String> home() {
    WebSockets.Builder builder =
        // region login
        WebSockets.builder("wss://home.example.com/api/websocket")
            .handshake(
                socket -> {
                  while (true) {
                    String message = socket.receive().text();
                    switch (typeOf(message)) {
                      case "auth_required" -> socket.send(login());
                      case "auth_invalid" ->
                          throw DisconnectException.fatal("the token is invalid");
                      case "auth_ok" -> {
                        return;
                      }
                      default -> {}
                    }
                  }
                })
            .onOpen((socket, cursor) -> socket.send(subscription(cursor)));
    // endregion
    return builder.stream();
  }

  abstract String typeOf(String message);

  abstract String login();

  abstract String subscription(@Nullable String cursor);
}
