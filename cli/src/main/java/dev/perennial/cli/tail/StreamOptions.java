package dev.perennial.cli.tail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code tail} that say what the stream is. What they mean is not decided here. */
final class StreamOptions {

  @Option(
      names = "--transport",
      paramLabel = "sse|ndjson|ws",
      description = {
        "what the stream is; by default ws for a ws or wss URL, else what the answer's content"
            + " type says. An answer in NDJSON is then asked for once more, from the same start"
      })
  @Nullable String transport;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'<name>: <value>'",
      description = "send this request header; may be repeated")
  List<String> headers = new ArrayList<>();

  @Option(
      names = "--token-command",
      paramLabel = "<command>",
      description = {
        "run this shell command for a token, at first and when the server refuses one (401);",
        "what it prints is sent as 'Authorization: Bearer <token>', or as it is when it names a"
            + " scheme itself"
      })
  @Nullable String tokenCommand;

  @Option(
      names = {"--last-event-id", "--since"},
      paramLabel = "<cursor>",
      description = "start after this event (by default where the server starts)")
  @Nullable String since;

  @Option(
      names = "--cursor-file",
      paramLabel = "<path>",
      description = {
        "keep the cursor of the last event printed in this file, and start after it the next time;",
        "--last-event-id counts while the file holds none. A crash may print again what was printed"
            + " in its last quarter of a second. One file serves one stream, and one command at a"
            + " time"
      })
  @Nullable Path cursorFile;

  @Option(
      names = "--cursor",
      paramLabel = "<pointer>",
      description = {
        "where in an event its cursor is, as a JSON pointer such as /seq (default: /id; with sse"
            + " the event's id field)"
      })
  @Nullable String cursor;

  @Option(
      names = "--cursor-parameter",
      paramLabel = "<name>",
      description = {
        "send the cursor as this query parameter (default: with ndjson since; with sse it is the"
            + " header Last-Event-ID; with ws it is not sent)"
      })
  @Nullable String cursorParameter;

  @Option(
      names = "--accept",
      paramLabel = "<type>",
      description = "sse, ndjson: expect this content type instead; may be repeated")
  List<String> accept = new ArrayList<>();

  @Option(
      names = "--heartbeat",
      paramLabel = "<pointer>=<value>",
      description = {
        "take an event with this value there for a sign of life, and do not print it; may be"
            + " repeated"
      })
  List<String> heartbeats = new ArrayList<>();

  @Option(
      names = "--skip-malformed",
      description = "report what cannot be decoded on standard error and go on")
  boolean isMalformedSkipped;

  @Option(
      names = "--on-open",
      paramLabel = "<message>",
      description = {
        "ws: send this first on each connection; {cursor} in it becomes the cursor to resume after"
            + " as a JSON string, or null"
      })
  @Nullable String onOpen;

  @Option(
      names = "--first-delay",
      paramLabel = "<millis>",
      description = "wait up to so long before the first reconnect (default: 1000)")
  @Nullable String firstDelay;
}
