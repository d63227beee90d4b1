package dev.perennial.examples;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.Gap;
import dev.perennial.Overflow;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.NetworkMonitor;
import dev.perennial.sse.Sse;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The feed of an app that goes to the background and returns, on a network that comes and goes. The
 * caller passes in what the platform has: its main thread, its settings, its network.
 */
final class AppFeed implements StreamListener<String> {
  private final Consumer<String> show;
  private final StreamSubscription feed;

  AppFeed(
      String url,
      NetworkMonitor network,
      CursorStore settings,
      Executor mainThread,
      Consumer<String> show) {
    this.show = show;
    StreamRuntime runtime = StreamRuntime.builder().networkMonitor(network).build();
    feed =
        Sse.stream(url)
            .withRuntime(runtime)
            .withCursorStore(settings)
            .withOverflow(Overflow.dropOldest(200))
            .withDeliveryOn(mainThread)
            .subscribe(this);
  }

  void onStart() {
    feed.unpark();
  }

  void onStop() {
    feed.park();
  }

  void onDestroy() {
    feed.close();
  }

  @Override
  public void onEvent(Event<String> event) {
    show.accept(event.data());
  }

  @Override
  public void onGap(Gap gap) {
    show.accept("missed " + gap.missed());
  }

  @Override
  public void onState(StreamState state) {
    show.accept(words(state));
  }

  @Override
  public void onClosed(@Nullable StreamException failure) {
    show.accept(failure == null ? "over" : String.valueOf(failure.getMessage()));
  }

  private static String words(StreamState state) {
    if (state instanceof StreamState.Waiting waiting) {
      return "waiting " + waiting.delay().toSeconds() + " s";
    } else if (state instanceof StreamState.Offline) {
      return "no network";
    } else if (state instanceof StreamState.Parked) {
      return "paused";
    }
    return state instanceof StreamState.Open ? "live" : "connecting";
  }
}
