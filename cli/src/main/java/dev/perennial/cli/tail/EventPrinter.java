package dev.perennial.cli.tail;

import dev.perennial.Event;
import java.io.IOException;

/** Writes events to standard output, each at once. */
interface EventPrinter {

  /**
   * Prints an event.
   *
   * @throws IOException when nobody reads any more
   */
  void print(Event<String> event) throws IOException;
}
