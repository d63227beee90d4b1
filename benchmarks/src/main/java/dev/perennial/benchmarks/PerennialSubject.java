package dev.perennial.benchmarks;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** This SDK with its defaults: a listener on the subscription's own thread, and replays dropped. */
final class PerennialSubject implements Subject {

  @Override
  public String name() {
    return "Perennial " + Versions.of("perennial");
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    EventTally tally = new EventTally(workload);
    EventStream<String> ticks = Sse.builder(url.toString()).stream();
    StreamSubscription subscription = ticks.subscribe(new Listener(tally));
    return new Run(
        tally,
        () -> {
          subscription.close();
          subscription.awaitClosed();
        });
  }

  private static final class Listener implements StreamListener<String> {
    private final EventTally tally;

    Listener(EventTally tally) {
      this.tally = tally;
    }

    @Override
    public void onEvent(Event<String> event) {
      tally.event(event.id(), event.data());
    }

    @Override
    public void onClosed(@Nullable StreamException failure) {
      tally.ended(failure != null ? failure : new IllegalStateException("The stream completed"));
    }
  }
}
