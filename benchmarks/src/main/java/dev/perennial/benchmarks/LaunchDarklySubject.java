package dev.perennial.benchmarks;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.background.BackgroundEventHandler;
import com.launchdarkly.eventsource.background.BackgroundEventSource;
import java.io.IOException;
import okhttp3.HttpUrl;

/**
 * LaunchDarkly's EventSource as its documentation shows it: one thread reads, another one calls the
 * handler.
 */
final class LaunchDarklySubject implements Subject {

  @Override
  public String name() {
    return "okhttp-eventsource " + Versions.of("okhttp-eventsource");
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    EventCheck check = new EventCheck(workload);
    BackgroundEventSource source =
        new BackgroundEventSource.Builder(
                new Handler(check), new EventSource.Builder(ConnectStrategy.http(url.uri())))
            .build();
    source.start();
    return new Run(check, source);
  }

  private static final class Handler implements BackgroundEventHandler {
    private final EventCheck check;

    Handler(EventCheck check) {
      this.check = check;
    }

    @Override
    public void onMessage(String type, MessageEvent event) {
      check.event(event.getLastEventId(), event.getData());
    }

    @Override
    public void onError(Throwable failure) {
      check.ended(failure);
    }

    @Override
    public void onClosed() {
      check.ended(new IOException("The stream ended"));
    }

    @Override
    public void onOpen() {}

    @Override
    public void onComment(String comment) {}
  }
}
