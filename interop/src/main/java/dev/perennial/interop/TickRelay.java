package dev.perennial.interop;

import static java.time.Duration.ofSeconds;

import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.Signal;
import dev.perennial.StreamState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;

// region relay
/** Relays a stream to browsers. Each gets its own subscription, resumed after its last event. */
@RestController
final class TickRelay {
  private static final Duration HEARTBEAT = ofSeconds(20);

  private final EventStream<String> upstream;

  TickRelay(EventStream<String> upstream) {
    this.upstream = upstream;
  }

  @GetMapping(path = "/ticks", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flux<ServerSentEvent<String>> ticks(
      @RequestHeader(name = "Last-Event-ID", defaultValue = "") String lastEventId) {
    @Nullable String cursor = lastEventId.isEmpty() ? null : lastEventId;
    Flux<ServerSentEvent<String>> events =
        Flux.from(upstream.withCursor(cursor).signals())
            .skipUntil(signal -> signal instanceof StreamState.Open)
            .mapNotNull(TickRelay::relayed)
            .onErrorMap(GapException.class, gone -> new ResponseStatusException(HttpStatus.GONE))
            .switchIfEmpty(Flux.error(new ResponseStatusException(HttpStatus.NO_CONTENT)));
    return withHeartbeats(events);
  }

  private static @Nullable ServerSentEvent<String> relayed(Signal<String> signal) {
    if (signal instanceof Event<String> event) {
      ServerSentEvent.Builder<String> relayed = ServerSentEvent.builder(event.data());
      String id = event.id();
      return (id == null ? relayed : relayed.id(id)).event(event.type()).build();
    } else if (signal instanceof Gap gap) {
      return ServerSentEvent.builder(gap.detail()).event("gap").build();
    } else if (signal instanceof StreamState.Open) {
      return comment("open"); // otherwise a browser gets no response before the first event
    }
    return null;
  }

  /** Ends with the events. */
  private static <T> Flux<ServerSentEvent<T>> withHeartbeats(Flux<ServerSentEvent<T>> events) {
    Flux<ServerSentEvent<T>> heartbeats =
        Flux.interval(HEARTBEAT).onBackpressureDrop().map(beat -> comment("heartbeat"));
    return Flux.merge(events.materialize(), heartbeats.materialize()).dematerialize();
  }

  private static <T> ServerSentEvent<T> comment(String text) {
    return ServerSentEvent.<T>builder().comment(text).build();
  }
}
// endregion
