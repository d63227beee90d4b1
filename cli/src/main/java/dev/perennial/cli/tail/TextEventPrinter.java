package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Event;
import dev.perennial.cli.console.Printable;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TextStyle;
import java.io.IOException;
import java.io.OutputStream;

/** A line with type and id, the data as they came, and a blank line. */
final class TextEventPrinter implements EventPrinter {
  private final OutputStream output;
  private final TextStyle style;

  /** Whether control characters are made visible: a server must not steer the terminal. */
  private final boolean isForTerminal;

  TextEventPrinter(Terminal terminal) {
    this.output = terminal.output();
    this.style = terminal.outStyle();
    this.isForTerminal = terminal.isOutTerminal();
  }

  @Override
  public void print(Event<String> event) throws IOException {
    StringBuilder text = new StringBuilder(style.bold(shown(event.type())));
    if (event.cursor() != null) {
      text.append("  ").append(style.dim("id " + shown(event.cursor())));
    }
    text.append('\n').append(shown(event.data()));
    text.append(event.data().isEmpty() ? "\n" : "\n\n");
    output.write(text.toString().getBytes(UTF_8));
    output.flush();
  }

  private String shown(String text) {
    return isForTerminal ? Printable.of(text) : text;
  }
}
