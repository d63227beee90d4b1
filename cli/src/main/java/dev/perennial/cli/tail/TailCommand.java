package dev.perennial.cli.tail;

import dev.perennial.EventStream;
import dev.perennial.cli.console.ExitCode;
import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.VersionProvider;
import dev.perennial.websocket.WebSocketSender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows a stream. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Follow a stream of events, across every interruption.",
    description = {
      "%nServer-sent events, NDJSON and WebSocket are followed. Events go to standard output, what"
          + " the connection does goes to standard error. A lost connection is made again, after a"
          + " wait that doubles up to 30 s, and the stream is resumed after the last event; what"
          + " the server then sends twice is printed once. What goes wrong before the first"
          + " connection is open ends the command at once.",
      "%nOver a WebSocket each line of standard input is sent as a text message. A line that no"
          + " connection takes is kept until one does, and those behind it wait; what is never sent"
          + " is told. One that was sent may still be lost with its connection. The end of the"
          + " input ends nothing."
    },
    synopsisHeading = "%nUsage: ",
    sortOptions = false,
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the server ended the stream, --max-events or --timeout was reached, or nobody reads"
          + " standard output any more",
      "1:the stream failed for good after it had been open, or at the end --cursor-file could not"
          + " be written",
      "2:the command line is wrong",
      "3:the stream could not be opened, or --cursor-file cannot be used",
      "130:interrupted by Ctrl-C: the stream had not ended, so a script must not go on as if it had"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial tail https://stream.wikimedia.org/v2/stream/recentchange",
      "  perennial tail -n 10 --json https://example.com/ticks | jq -r .data",
      "  perennial tail -H 'Authorization: Bearer s3cret' https://example.com/orders",
      "  perennial tail --token-command 'pass show token' https://example.com/x",
      "  perennial tail --since 1042 --timeout 60 https://example.com/ticks",
      "  perennial tail --cursor-file x.cursor https://example.com/x >> x.log",
      "%nCouchDB:",
      "  perennial tail --transport ndjson --accept text/plain --cursor /seq \\",
      "    --cursor-parameter since 'https://example.com/db/_changes?feed=continuous'",
      "%nKubernetes, behind 'kubectl proxy':",
      "  perennial tail --cursor /object/metadata/resourceVersion \\",
      "    --cursor-parameter resourceVersion --heartbeat /type=BOOKMARK \\",
      "    'http://127.0.0.1:8001/api/v1/pods?watch=1&allowWatchBookmarks=true'",
      "%nWebSocket:",
      "  perennial tail --on-open '{\"subscribe\":\"BTC\"}' wss://example.com/ticks",
      "  perennial tail --on-open '{\"since\":{cursor}}' wss://example.com/ticks",
    })
public final class TailCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InterruptHandler interruptHandler;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "<url>",
      description = "where the stream is: an http, https, ws or wss URL")
  private String url;

  @Mixin private StreamOptions options = new StreamOptions();

  @Option(
      names = "--json",
      description = {
        "print each event as one line of JSON: {\"id\":...,\"type\":...,\"data\":...};",
        "id is the cursor, null when there is none; data is the payload as text, a binary message"
            + " in base64"
      })
  private boolean isJson;

  @Option(
      names = {"-n", "--max-events"},
      paramLabel = "<count>",
      description = "stop after so many events")
  private @Nullable String maxEvents;

  @Option(
      names = "--timeout",
      paramLabel = "<seconds>",
      description = "stop after so long in all, such as 60 or 0.5")
  private @Nullable String timeout;

  @Option(
      names = {"-q", "--quiet"},
      description = "tell failures only on standard error")
  private boolean isQuiet;

  @SuppressWarnings("NullAway.Init") // picocli sets the required fields before it calls.
  public TailCommand(Terminal terminal, InterruptHandler interruptHandler) {
    this.terminal = terminal;
    this.interruptHandler = interruptHandler;
  }

  @Override
  public Integer call() throws InterruptedException {
    OptionValues values = new OptionValues(spec);
    long most = values.wholeNumber("--max-events", maxEvents, 1, Long.MAX_VALUE, Long.MAX_VALUE);
    Duration limit = values.seconds("--timeout", timeout);
    WebSocketSender sender = WebSocketSender.create();
    try (StreamFactory streams = new StreamFactory(options, url, values)) {
      List<EventStream<String>> candidates = streams.candidates(sender);
      EventPrinter printer =
          isJson ? new JsonEventPrinter(terminal.output()) : new TextEventPrinter(terminal);
      TailListener listener = new TailListener(printer, most, terminal, isQuiet);
      TailSession session =
          new TailSession(listener, interruptHandler, terminal, options, limit, isQuiet);
      if (!streams.isWebSocket()) {
        return follow(candidates, listener, session);
      }
      LineSender lines = new LineSender(terminal, sender, listener::wasOpened);
      lines.start();
      try {
        return follow(candidates, listener, session);
      } finally {
        lines.close();
      }
    }
  }

  private int follow(
      List<EventStream<String>> candidates, TailListener listener, TailSession session)
      throws InterruptedException {
    if (options.cursorFile == null) {
      TailObserver observer = new TailObserver(terminal, null);
      return session.follow(each(candidates, stream -> stream.withObserver(observer)));
    }
    CursorFile file = new CursorFile(options.cursorFile, terminal);
    String unusable = file.unusable();
    if (unusable != null) {
      return session.failed(unusable, ExitCode.NOT_OPENED);
    }
    TailObserver observer = new TailObserver(terminal, file);
    int exitCode =
        session.follow(each(candidates, stream -> file.keptFor(stream).withObserver(observer)));
    String notKept = file.notKept(listener.cursor());
    return notKept == null || exitCode == ExitCode.NOT_OPENED
        ? exitCode
        : session.failed(notKept, ExitCode.FAILED);
  }

  private static List<EventStream<String>> each(
      List<EventStream<String>> streams, UnaryOperator<EventStream<String>> change) {
    return streams.stream().map(change).toList();
  }
}
