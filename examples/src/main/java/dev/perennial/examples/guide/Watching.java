package dev.perennial.examples.guide;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.StreamLog;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Observes what a subscription does, and why. */
final class Watching {
  private Watching() {}

  // region observer
  static EventStream<String> logged(EventStream<String> ticks, System.Logger log) {
    return ticks.withObserver(
        new StreamObserver() {
          @Override
          public void onOpened(StreamSubscription subscription, Duration took) {
            log.log(System.Logger.Level.INFO, "open after " + took);
          }

          @Override
          public void onDisconnected(
              StreamSubscription subscription,
              StreamException.Reason reason,
              @Nullable StreamException cause) {
            log.log(System.Logger.Level.INFO, "disconnected: " + reason, cause);
          }

          @Override
          public void onDropped(StreamSubscription subscription, Event<?> event) {
            log.log(System.Logger.Level.WARNING, "dropped " + event.id());
          }
        });
  }

  // endregion

  // region state
  static String words(StreamSubscription subscription) {
    StreamState state = subscription.state();
    if (state instanceof StreamState.Open open) {
      return open.isPaused() ? "waiting for the consumer" : "live, connection " + open.connection();
    } else if (state instanceof StreamState.Waiting waiting) {
      return waiting.rule() + ", next attempt in " + subscription.nextAttemptIn();
    } else if (state instanceof StreamState.Closed closed) {
      return closed.failure() == null ? "over" : "failed: " + closed.failure().getMessage();
    }
    return state.toString(); // Connecting, Offline, Parked
  }

  // endregion

  // region log
  static StreamRuntime silent() {
    return StreamRuntime.builder().log(StreamLog.none()).build();
  }
  // endregion
}
