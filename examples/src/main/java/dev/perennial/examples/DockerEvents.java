package dev.perennial.examples;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.StreamSubscription;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.ndjson.Ndjson;
import java.time.Instant;
import java.util.function.Consumer;

/** Reports what happens to the containers of a Docker engine. */
final class DockerEvents {
  private final String engine;

  DockerEvents(String engine) {
    this.engine = engine;
  }

  // region events
  /** An action, and what it was done to. */
  record Happening(@JsonProperty("Action") String action, @JsonProperty("Actor") Actor actor) {}

  /** A container. */
  record Actor(@JsonProperty("ID") String id) {}

  private static final JsonField NANOS = Json.field("/timeNano");
  private static final JsonField ACTION = Json.field("/Action");
  private static final JsonField ACTOR = Json.field("/Actor/ID");

  StreamSubscription follow(Instant since, Consumer<Happening> handle) {
    EventStream<Happening> events =
        Ndjson.builder(engine + "/v1.43/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D")
            .cursor(Json.field("/time")) // in seconds; repeated events are recognized by their ids
            .id(DockerEvents::idOf)
            .stream(Happening.class)
            .withCursor(Long.toString(since.getEpochSecond()));
    return events.subscribe(event -> handle.accept(event.data()));
  }

  private static String idOf(Payload line) {
    return NANOS.apply(line) + " " + ACTION.apply(line) + " " + ACTOR.apply(line);
  }
  // endregion
}
