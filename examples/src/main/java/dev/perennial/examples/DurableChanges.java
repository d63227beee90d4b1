package dev.perennial.examples;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;

import dev.perennial.CursorStore;
import dev.perennial.DedupeWindow;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
import dev.perennial.json.Json;
import dev.perennial.ndjson.Ndjson;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/** Applies changes on several threads, and loses none when the process dies. */
final class DurableChanges {

  /** A change of a document. */
  record Change(long seq, String doc) {}

  /** The target of the changes. Thread-safe. */
  interface Documents {
    void apply(Change change);

    /** Replaces everything with a snapshot; returns the snapshot's cursor. */
    String reload();
  }

  private final Documents documents;

  DurableChanges(Documents documents) {
    this.documents = documents;
  }

  EventStream<Change> changes(String url, Path cursorFile) {
    return Ndjson.builder(url)
        .cursor(Json.field("/seq"))
        .cursorParameter("since")
        .heartbeat(Json.fieldEquals("/type", "heartbeat"))
        .stream(Change.class)
        .withRetry(RetryPolicy.exponential(ofSeconds(1), ofSeconds(30)).withMaxElapsed(ofHours(1)))
        .withStaleAfter(ofSeconds(60))
        .withDedupe(DedupeWindow.replays(1_000))
        .withCursorStore(CursorStore.file(cursorFile))
        .withGapPolicy(GapPolicy.snapshotThenLive(gap -> documents.reload()))
        .withManualAcknowledgement(256);
  }

  void follow(EventStream<Change> changes, Executor workers) {
    try (EventReader<Change> reader = changes.open()) {
      for (Event<Change> event : reader) {
        workers.execute(
            () -> {
              documents.apply(event.data());
              event.acknowledge();
            });
      }
    }
  }
}
