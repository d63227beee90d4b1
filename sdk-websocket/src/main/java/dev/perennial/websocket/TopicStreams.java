package dev.perennial.websocket;

import dev.perennial.Payload;
import dev.perennial.StreamSubscription;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamBuilder;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Describes streams of one topic of a shared socket. */
final class TopicStreams extends StreamBuilder<TopicStreams> {
  private static final JsonField DEFAULT_CURSOR = Json.field("/id");

  private final SocketHub hub;
  private final TopicOptions options;
  private final String topic;
  private final String endpoint;

  TopicStreams(SocketHub hub, TopicOptions options, String topic, String endpoint) {
    this.hub = hub;
    this.options = options;
    this.topic = topic;
    this.endpoint = endpoint;
  }

  @Override
  protected @Nullable Function<? super Payload, @Nullable String> cursorFinder() {
    Function<? super Payload, @Nullable String> chosen = super.cursorFinder();
    if (options.canResume()) {
      return chosen != null ? chosen : DEFAULT_CURSOR;
    }
    if (chosen != null) {
      throw new IllegalStateException("cursor(…) " + TopicOptions.NO_WAY);
    }
    return payload -> null;
  }

  @Override
  protected @Nullable Function<? super Payload, @Nullable String> idFinder() {
    Function<? super Payload, @Nullable String> chosen = super.idFinder();
    return chosen != null || options.canResume() ? chosen : DEFAULT_CURSOR;
  }

  @Override
  protected Transport transport() {
    return new TopicTransport(hub, options, topic, endpoint);
  }

  private record TopicTransport(SocketHub hub, TopicOptions options, String topic, String shown)
      implements Transport {

    @Override
    public StreamConnection newConnection(Attempt attempt) {
      return new TopicConnection(hub, options, topic, endpoint(), attempt);
    }

    @Override
    public void ended(StreamSubscription subscription) {
      hub.leave(subscription);
    }

    @Override
    public String endpoint() {
      return "topic " + topic + " of " + shown;
    }
  }
}
