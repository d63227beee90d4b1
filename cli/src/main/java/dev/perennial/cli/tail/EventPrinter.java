package dev.perennial.cli.tail;

import dev.perennial.Event;
import java.io.IOException;

/** Writes events to standard output, without buffering. */
interface EventPrinter {

  /**
   * Prints an event.
   *
   * @throws IOException when standard output is closed
   */
  void print(Event<String> event) throws IOException;
}
