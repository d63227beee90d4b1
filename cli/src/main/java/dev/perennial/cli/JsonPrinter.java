package dev.perennial.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Event;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One line of JSON for each event. Written by hand: loading a JSON library takes longer than all
 * else that {@code tail} does before it connects.
 */
final class JsonPrinter implements EventPrinter {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final OutputStream output;
  private final StringBuilder line = new StringBuilder();

  JsonPrinter(OutputStream output) {
    this.output = output;
  }

  @Override
  public void print(Event<String> event) throws IOException {
    line.setLength(0);
    line.append("{\"id\":");
    appendText(event.cursor());
    line.append(",\"type\":");
    appendText(event.type());
    line.append(",\"data\":");
    appendText(event.data());
    line.append("}\n");
    output.write(line.toString().getBytes(UTF_8));
    output.flush();
  }

  private void appendText(@Nullable String text) {
    if (text == null) {
      line.append("null");
      return;
    }
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      append(text.charAt(i));
    }
    line.append('"');
  }

  private void append(char character) {
    switch (character) {
      case '"' -> line.append("\\\"");
      case '\\' -> line.append("\\\\");
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (character < ' ' || character == '\u007f') {
          line.append("\\u00").append(HEX[character >> 4]).append(HEX[character & 0xf]);
        } else {
          line.append(character);
        }
      }
    }
  }
}
