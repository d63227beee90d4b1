package dev.perennial.examples;

import dev.perennial.CursorStore;
import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.sse.Sse;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Follows the changes of the Wikimedia wikis across restarts of this program. */
final class WikimediaChanges {
  private final String url;
  private final Path cursorFile;

  WikimediaChanges(String url, Path cursorFile) {
    this.url = url;
    this.cursorFile = cursorFile;
  }

  // region changes
  /** The part of a change that this program reads; other properties are ignored. */
  record Change(String wiki, String title, String type) {}

  void follow(Consumer<Change> handle) {
    EventStream<Change> changes =
        Sse.builder(url) // https://stream.wikimedia.org/v2/stream/recentchange
            .header("User-Agent", "my-bot/1.0 (https://example.org; me@example.org)")
            .stream(Change.class)
            .withCursorStore(CursorStore.file(cursorFile))
            .withGapPolicy(GapPolicy.liveOnly());
    try (EventReader<Change> reader = changes.open()) {
      for (Event<Change> event : reader) {
        handle.accept(event.data());
      }
    }
  }
  // endregion
}
