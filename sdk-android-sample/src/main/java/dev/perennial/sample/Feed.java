package dev.perennial.sample;

import android.content.Context;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapPolicy;
import dev.perennial.Overflow;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.android.BoundSubscription;
import dev.perennial.android.MainThreadExecutor;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSockets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One subscription with the events it has received. It survives a rotation: the new activity takes
 * it over from the old one. For the main thread.
 */
final class Feed implements StreamListener<String>, AutoCloseable {

  /** Shows a feed. */
  interface Screen {
    /** Called after changes, once for all that happened together. */
    void changed();
  }

  private static final int SHOWN_LINES = 200;
  private static final Duration FRAME = Duration.ofMillis(16);

  private final FeedSettings settings;
  private final WebSocketSender sender = WebSocketSender.create();
  private final RecentLines lines = new RecentLines(SHOWN_LINES);
  private final Coalesced changes = new Coalesced(this::updateScreen);
  private final BoundSubscription subscription;

  private @Nullable Screen screen; // Null while no activity shows it.
  private @Nullable StreamException failure; // Null unless it ended with a failure.
  private boolean isOver;
  private long events;
  private long missed;
  private int unknownGaps;

  /** Subscribes. Keeps no reference to an activity, since a feed outlives it. */
  Feed(FeedSettings settings, SampleApplication application) {
    this.settings = settings;
    EventStream<String> stream =
        stream(settings, application)
            .withDeliveryOn(MainThreadExecutor.atMostEvery(FRAME))
            .withOverflow(Overflow.dropOldest(SHOWN_LINES)); // Older ones would not be visible.
    this.subscription = application.foreground().bind(stream.subscribe(this));
  }

  private EventStream<String> stream(FeedSettings settings, SampleApplication application) {
    Context context = application;
    String endpoint = settings.endpoint();
    EventStream<String> stream =
        switch (settings.transport()) {
          case SSE -> Sse.stream(endpoint);
          case NDJSON -> Ndjson.stream(endpoint);
          case WEBSOCKET ->
              WebSockets.builder(endpoint).cursorParameter("since").sender(sender).stream();
        };
    return stream
        .withRuntime(application.runtime())
        .withCursorStore(settings.cursorStore(context))
        .withGapPolicy(GapPolicy.liveOnly());
  }

  FeedSettings settings() {
    return settings;
  }

  /** Shows the feed on {@code screen}; null shows it nowhere. */
  void showOn(@Nullable Screen screen) {
    this.screen = screen;
  }

  List<Line> lines() {
    return lines.copy();
  }

  StreamState state() {
    return isOver ? new StreamState.Closed(failure) : subscription.get().state();
  }

  /** Returns the time until the next attempt, or null if it is not waiting. */
  @Nullable Duration nextAttemptIn() {
    return subscription.get().nextAttemptIn();
  }

  long events() {
    return events;
  }

  /** Returns how many events are missing in all gaps of known size. */
  long missed() {
    return missed;
  }

  int unknownGaps() {
    return unknownGaps;
  }

  /** Returns whether messages can be sent, now or later. */
  boolean canSend() {
    return settings.transport() == FeedTransport.WEBSOCKET && !isOver;
  }

  WebSocketSender.Outcome send(String message) {
    return sender.send(message);
  }

  StreamSubscription subscription() {
    return subscription.get();
  }

  @Override
  public void onEvent(Event<String> event) {
    events++;
    lines.add(Line.of(event));
    changes.request();
  }

  @Override
  public void onGap(Gap gap) {
    if (gap.missed() == Gap.UNKNOWN) {
      unknownGaps++;
    } else {
      missed += gap.missed();
    }
    lines.add(Line.of(gap));
    changes.request();
  }

  @Override
  public void onState(StreamState state) {
    changes.request();
  }

  @Override
  public void onClosed(@Nullable StreamException failure) {
    isOver = true;
    this.failure = failure;
    changes.request();
  }

  private void updateScreen() {
    Screen current = screen;
    if (current != null) {
      current.changed();
    }
  }

  @Override
  public void close() {
    screen = null;
    isOver = true;
    subscription.close();
  }
}
