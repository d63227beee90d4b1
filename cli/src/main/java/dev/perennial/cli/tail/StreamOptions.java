package dev.perennial.cli.tail;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code tail} that describe the stream. They are validated elsewhere. */
final class StreamOptions {

  @Option(
      names = "--transport",
      paramLabel = "sse|ndjson|ws",
      description = {
        "Transport of the stream. Default: ws for a ws or wss URL, else by the content type of the"
            + " response. To find out, an NDJSON stream is requested twice."
      })
  @Nullable String transport;

  @Option(
      names = "--accept",
      paramLabel = "<type>",
      description =
          "Content type to expect, such as text/plain; requires --transport sse or ndjson. May be"
              + " repeated. Default: text/event-stream with sse, application/x-ndjson or other JSON"
              + " types with ndjson.")
  List<String> accept = new ArrayList<>();

  @Option(
      names = "--heartbeat",
      paramLabel = "<pointer>=<value>",
      description = {
        "Treat events with this value at this JSON pointer as heartbeats: they show that the"
            + " connection works and are not printed. May be repeated."
      })
  List<String> heartbeats = new ArrayList<>();

  @Option(
      names = "--checkpoint",
      paramLabel = "<pointer>=<value>",
      description = {
        "Treat events with this value at this JSON pointer as checkpoints: they move the cursor and"
            + " are not printed, like the bookmarks of Kubernetes, /type=BOOKMARK. May be repeated."
      })
  List<String> checkpoints = new ArrayList<>();

  @Option(
      names = "--gap",
      paramLabel = "<pointer>=<value>",
      description = {
        "Treat events with this value at this JSON pointer as reports that events are missing,"
            + " which end the command, like /object/code=410 of Kubernetes. May be repeated."
      })
  List<String> gaps = new ArrayList<>();

  @Option(
      names = "--framing",
      paramLabel = "<name>",
      description = {
        "NDJSON only: how the response is divided into JSON values: lines, concatenated, array,"
            + " json-seq, length, netstrings or length4. Requires --transport ndjson. Default:"
            + " lines."
      })
  @Nullable String framing;

  @Option(
      names = "--skip-malformed",
      description = "Report events that cannot be decoded on standard error and continue.")
  boolean isMalformedSkipped;

  @Option(
      names = "--retry-first",
      description = {
        "Also retry when the first connection fails, such as while the server is not up yet. By"
            + " default that ends the command. What another attempt cannot change, such as 404,"
            + " still ends it."
      })
  boolean isFirstRetried;

  @Option(
      names = "--first-delay",
      paramLabel = "<millis>",
      description =
          "Longest wait before the first reconnect, 1 to 3600000 ms; it doubles up to 30 s."
              + " Default: 1000.")
  @Nullable String firstDelay;
}
