package dev.perennial.cli.tail;

import dev.perennial.websocket.OpenHandler;
import dev.perennial.websocket.WebSocketSender;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The message of {@code --on-open}, which is sent first on each connection.
 *
 * @param template the message, with {@code {cursor}} where the cursor goes
 */
record OpenMessage(String template) implements OpenHandler {
  static final String CURSOR = "{cursor}";

  /** Returns whether the message sends the cursor to the server. */
  boolean hasCursor() {
    return template.contains(CURSOR);
  }

  /** Returns the message with the cursor as a JSON string, escaped since the server chose it. */
  String text(@Nullable String cursor) {
    return template.replace(CURSOR, JsonString.of(cursor));
  }

  @Override
  public void onOpen(WebSocketSender out, @Nullable String cursor) throws IOException {
    WebSocketSender.Outcome outcome = out.send(text(cursor));
    if (outcome.isRefused()) {
      throw new IOException("The message of --on-open was not sent: " + outcome);
    }
  }
}
