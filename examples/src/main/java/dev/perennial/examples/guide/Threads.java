package dev.perennial.examples.guide;

import static java.time.Duration.ofSeconds;

import dev.perennial.EventStream;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import java.util.concurrent.Executor;

/** Threads, and how a subscription is closed. */
final class Threads {
  private Threads() {}

  // region close
  static boolean stop(StreamSubscription subscription) throws InterruptedException {
    subscription.close(); // returns at once; no callback begins after it
    return subscription.awaitClosed(ofSeconds(5)); // until the last callback has returned
  }

  // endregion

  // region runtime
  static EventStream<String> onThreadsOf(Executor executor, EventStream<String> ticks) {
    StreamRuntime runtime = StreamRuntime.builder().executor(executor).build();
    return ticks.withRuntime(runtime);
  }
  // endregion
}
