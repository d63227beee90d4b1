package dev.perennial.cli.tail;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code tail} that say where the stream starts and how it resumes. */
final class CursorOptions {

  @Option(
      names = {"--last-event-id", "--since"},
      paramLabel = "<cursor>",
      description = "Start after the event with this cursor. Default: where the server starts.")
  @Nullable String since;

  @Option(
      names = "--cursor-file",
      paramLabel = "<path>",
      description = {
        "File that keeps the cursor of the last printed event; the next run starts after it."
            + " --last-event-id applies only while the file has no cursor. After a crash the events"
            + " of the last quarter of a second may be printed again. Use one file for each stream"
            + " and for one command at a time."
      })
  @Nullable Path cursorFile;

  @Option(
      names = "--cursor",
      paramLabel = "<pointer>",
      description = {
        "JSON pointer to the cursor within an event, such as /seq. Default: /id; with sse, the id"
            + " field of the event."
      })
  @Nullable String cursor;

  @Option(
      names = "--cursor-parameter",
      paramLabel = "<name>",
      description = {
        "Query parameter that sends the cursor to the server. Default: since with ndjson, the"
            + " header Last-Event-ID with sse, none with ws."
      })
  @Nullable String cursorParameter;
}
