package dev.perennial.cli;

import dev.perennial.websocket.OpenHandler;
import dev.perennial.websocket.WebSocketSender;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The message of {@code --on-open}, which goes first on each connection.
 *
 * @param template the message, with {@code {cursor}} where the cursor goes
 */
record OpenMessage(String template) implements OpenHandler {
  static final String CURSOR = "{cursor}";

  /** Whether it tells the server where to resume. */
  boolean hasCursor() {
    return template.contains(CURSOR);
  }

  /** What is sent: the cursor is quoted and escaped here, since it is the server's to choose. */
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
