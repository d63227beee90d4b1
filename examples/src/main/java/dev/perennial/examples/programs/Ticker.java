package dev.perennial.examples.programs;

import dev.perennial.EventStream;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import java.io.PrintStream;

/** Prints prices until it is stopped. */
final class Ticker {
  private Ticker() {}

  // region ticker
  /** A price as the server sends it. */
  record Tick(String symbol, double price) {}

  static void run(String url, PrintStream out) throws InterruptedException {
    EventStream<Tick> ticks = Sse.stream(url, Tick.class);

    try (StreamSubscription live =
        ticks.subscribe(event -> out.println(event.data().symbol() + " " + event.data().price()))) {
      live.awaitClosed();
    }
  }

  public static void main(String... arguments) throws InterruptedException {
    run("https://api.example.com/ticks", System.out);
  }
  // endregion
}
