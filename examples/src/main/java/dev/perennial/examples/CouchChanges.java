package dev.perennial.examples;

import dev.perennial.CursorStore;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.StreamSubscription;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import dev.perennial.ndjson.Ndjson;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows the changes of a CouchDB database across restarts of this program. */
final class CouchChanges {
  private final String database;
  private final Path cursorFile;

  CouchChanges(String database, Path cursorFile) {
    this.database = database;
    this.cursorFile = cursorFile;
  }

  // region changes
  /** A changed document; its {@code id} is not the id of the change. */
  record Change(String id, boolean deleted) {}

  private static final JsonField SEQ = Json.field("/seq");
  private static final JsonField LAST_SEQ = Json.field("/last_seq");

  StreamSubscription follow(Consumer<Change> handle) {
    EventStream<Change> changes =
        Ndjson.builder(database + "/_changes?feed=continuous&heartbeat=10000")
            .accept("application/json", "text/plain")
            .cursor(CouchChanges::seqOf)
            .classify(line -> isLast(line) ? Payload.Kind.CURSOR : Payload.Kind.EVENT)
            .stream(Change.class)
            .withCursorStore(CursorStore.file(cursorFile));
    return changes.subscribe(event -> handle.accept(event.data()));
  }

  /** From {"seq":…,"id":…,"changes":[…]}, or from the last line {"last_seq":…,"pending":0}. */
  private static @Nullable String seqOf(Payload line) {
    return isLast(line) ? LAST_SEQ.apply(line) : SEQ.apply(line);
  }

  private static boolean isLast(Payload line) {
    return LAST_SEQ.apply(line) != null;
  }
  // endregion
}
