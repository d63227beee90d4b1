package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Event;
import java.io.IOException;
import java.io.OutputStream;

/** Prints each event as one line of JSON. */
final class JsonEventPrinter implements EventPrinter {
  private final OutputStream output;
  private final StringBuilder line = new StringBuilder();

  JsonEventPrinter(OutputStream output) {
    this.output = output;
  }

  @Override
  public void print(Event<String> event) throws IOException {
    line.setLength(0);
    line.append("{\"id\":");
    JsonString.append(line, event.cursor());
    line.append(",\"type\":");
    JsonString.append(line, event.type());
    line.append(",\"data\":");
    JsonString.append(line, event.data());
    line.append("}\n");
    output.write(line.toString().getBytes(UTF_8));
    output.flush();
  }
}
