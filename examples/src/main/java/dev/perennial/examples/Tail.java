package dev.perennial.examples;

import dev.perennial.EventStream;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import java.io.PrintStream;

/** Follows a stream until it ends. */
public final class Tail {
  private Tail() {}

  /** Prints the events of the stream at the address in the first argument. */
  public static void main(String[] args) throws InterruptedException {
    print(args[0], System.out);
  }

  static void print(String url, PrintStream out) throws InterruptedException {
    EventStream<String> ticks = Sse.stream(url);
    try (StreamSubscription subscription = ticks.subscribe(event -> out.println(event.data()))) {
      subscription.awaitClosed();
    }
  }
}
