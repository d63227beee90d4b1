package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.UnaryOperator;

/** Prints each event as one line of JSON. */
final class JsonEventPrinter implements EventPrinter {
  private final OutputStream output;
  private final UnaryOperator<String> toJson;
  private final StringBuilder line = new StringBuilder();

  /**
   * @param toJson makes the data a JSON value on one line
   */
  JsonEventPrinter(OutputStream output, UnaryOperator<String> toJson) {
    this.output = output;
    this.toJson = toJson;
  }

  @Override
  public void print(Event<String> event) throws IOException {
    line.setLength(0);
    line.append("{\"id\":");
    JsonString.append(line, event.cursor());
    line.append(",\"type\":");
    JsonString.append(line, event.type());
    line.append(",\"data\":");
    line.append(toJson.apply(event.data())).append("}\n");
    output.write(line.toString().getBytes(UTF_8));
    output.flush();
  }
}
