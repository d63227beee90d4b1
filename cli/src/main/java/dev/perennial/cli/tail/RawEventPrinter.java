package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Event;
import dev.perennial.cli.console.Printable;
import dev.perennial.cli.console.Terminal;
import java.io.IOException;
import java.io.OutputStream;

/** Prints the data of each event and a line end, and nothing else. */
final class RawEventPrinter implements EventPrinter {
  private final OutputStream output;
  private final boolean isTerminal;

  RawEventPrinter(Terminal terminal) {
    this.output = terminal.output();
    this.isTerminal = terminal.isOutTerminal();
  }

  @Override
  public void print(Event<String> event) throws IOException {
    String data = isTerminal ? Printable.of(event.data()) : event.data();
    output.write((data + '\n').getBytes(UTF_8));
    output.flush();
  }
}
