package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Event;
import dev.perennial.cli.console.Printable;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.TextStyle;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.UnaryOperator;

/** Prints each event as a line with type and id, its data and a blank line. */
final class TextEventPrinter implements EventPrinter {
  private final OutputStream output;
  private final TextStyle style;
  private final UnaryOperator<String> layout;

  /** On a terminal control characters are replaced, so that a server cannot control it. */
  private final boolean isTerminal;

  /**
   * @param layout lays the data out
   */
  TextEventPrinter(Terminal terminal, UnaryOperator<String> layout) {
    this.layout = layout;
    this.output = terminal.output();
    this.style = terminal.outStyle();
    this.isTerminal = terminal.isOutTerminal();
  }

  @Override
  public void print(Event<String> event) throws IOException {
    StringBuilder text = new StringBuilder(style.bold(printable(event.type())));
    if (event.cursor() != null) {
      text.append("  ").append(style.dim("id " + printable(event.cursor())));
    }
    text.append('\n').append(printable(layout.apply(event.data())));
    text.append(event.data().isEmpty() ? "\n" : "\n\n");
    output.write(text.toString().getBytes(UTF_8));
    output.flush();
  }

  private String printable(String text) {
    return isTerminal ? Printable.of(text) : text;
  }
}
