package dev.perennial.subjects;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.HttpConnectStrategy;
import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.RetryDelayStrategy;
import com.launchdarkly.eventsource.background.BackgroundEventHandler;
import com.launchdarkly.eventsource.background.BackgroundEventSource;
import com.launchdarkly.eventsource.background.ConnectionErrorHandler;
import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * LaunchDarkly's okhttp-eventsource, used as its documentation shows: one thread reads, another one
 * calls the handler, and the next process starts after the last value of {@link
 * EventSource#getLastEventId()}.
 */
public final class OkHttpEventSourceClient extends DescribedClient {
  /** By default the number is unlimited, and the reader never waits for the consumer. */
  private static final int EVENTS_IN_FLIGHT = 16;

  public OkHttpEventSourceClient() {
    super(
        "okhttp-eventsource",
        Protocol.SSE,
        Capability.RECONNECTS,
        Capability.RESUMES,
        Capability.REPORTS_IDS,
        Capability.TAKES_DELAYS,
        Capability.NOTICES_SILENCE,
        Capability.STARTS_AT_CURSOR,
        Capability.STORES_CURSOR,
        Capability.SENDS_HEADERS,
        Capability.WAITS_FOR_CONSUMER,
        Capability.FOLLOWS_MANY,
        Capability.POSTS);
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report) {
    RetryDelayStrategy delays =
        RetryDelayStrategy.defaultStrategy()
            .maxDelay(millis(instructions.maxDelay()), TimeUnit.MILLISECONDS);
    EventSource.Builder builder =
        new EventSource.Builder(connecting(instructions))
            .errorStrategy(ErrorStrategy.alwaysContinue())
            .retryDelay(millis(instructions.baseDelay()), TimeUnit.MILLISECONDS)
            .retryDelayStrategy(delays)
            .lastEventId(instructions.startCursor());
    Stream stream = new Stream(report);
    BackgroundEventSource source =
        new BackgroundEventSource.Builder(stream, builder)
            .maxEventTasksInFlight(EVENTS_IN_FLIGHT)
            .connectionErrorHandler(stream)
            .build();
    stream.source = source;
    source.start();
    return stream;
  }

  private static HttpConnectStrategy connecting(Instructions instructions) {
    HttpConnectStrategy strategy = ConnectStrategy.http(instructions.url());
    for (Map.Entry<String, String> header : instructions.headers().entrySet()) {
      strategy = strategy.header(header.getKey(), header.getValue());
    }
    String body = instructions.body();
    if (body != null) {
      strategy = strategy.methodAndBody("POST", RequestBody.create(body, null));
    }
    Duration staleAfter = instructions.staleAfter();
    return staleAfter == null
        ? strategy
        : strategy.readTimeout(millis(staleAfter), TimeUnit.MILLISECONDS);
  }

  private static long millis(Duration time) {
    return Math.max(1, time.toMillis());
  }

  private static final class Stream
      implements BackgroundEventHandler, ConnectionErrorHandler, Following {
    private final ClientReport report;
    private volatile @Nullable BackgroundEventSource source; // Null until it was created.
    private volatile boolean isClosed;

    Stream(ClientReport report) {
      this.report = report;
    }

    @Override
    public void onOpen() {
      report.opened();
    }

    @Override
    public void onMessage(String type, MessageEvent event) {
      try {
        report.event(event.getLastEventId(), type, event.getData());
      } finally {
        store();
      }
    }

    /** Saves the client's resume position, which it reports even if the handler failed. */
    private void store() {
      BackgroundEventSource made = source;
      String cursor = made == null ? null : made.getEventSource().getLastEventId();
      if (cursor != null) {
        report.cursorStored(cursor);
      }
    }

    @Override
    public void onComment(String comment) {}

    @Override
    public void onError(Throwable failure) {} // The client reconnects after any failure.

    @Override
    public void onClosed() {} // Called for each connection, not for the stream.

    /**
     * Stops the client if it reconnects after its close, which it may do, and the server is gone.
     */
    @Override
    public Action onConnectionError(Throwable failure) {
      return isClosed && failure.getCause() instanceof ConnectException
          ? Action.SHUTDOWN
          : Action.PROCEED;
    }

    @Override
    public void close() {
      BackgroundEventSource made = source;
      if (made != null) {
        isClosed = true;
        made.close();
      }
    }
  }
}
