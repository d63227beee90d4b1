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
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows a stream and prints its events. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "Follow a stream and print its events, across reconnects.",
    description = {
      "%nFollows server-sent events (SSE), NDJSON and WebSocket streams. Events are printed on"
          + " standard output, states of the connection on standard error. After a disconnect it"
          + " reconnects and resumes after the last event; events that the server repeats are"
          + " printed once. An error before the first connection is open ends the command, unless"
          + " --retry-first is set.",
      "%nOn a WebSocket each line of standard input is sent as a text message. A line waits until a"
          + " connection accepts it, and later lines wait for it; lines that are never sent are"
          + " reported. A line that was sent can still be lost when its connection breaks. The end"
          + " of the input does not end the command."
    },
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial tail [<option>...] <url>",
    sortOptions = false,
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the server ended the stream, --max-events or --timeout was reached, or standard output"
          + " was closed",
      "1:the stream failed after it had been open, or --cursor-file could not be written",
      "2:invalid command line",
      "3:the stream could not be opened, or --cursor-file cannot be used",
      "130:interrupted by Ctrl-C before the stream ended"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial tail https://stream.wikimedia.org/v2/stream/recentchange",
      "  perennial tail -n 10 --data raw https://example.com/ticks",
      "  perennial tail --data json https://example.com/ticks | jq .data.price",
      "  perennial tail -H 'Authorization: Bearer s3cret' https://example.com/orders",
      "  perennial tail --token-command 'pass show token' https://example.com/x",
      "  perennial tail --since 1042 --timeout 60 https://example.com/ticks",
      "  perennial tail --cursor-file x.cursor https://example.com/x >> x.log",
      "  perennial tail --retry-first http://127.0.0.1:8080/not-started-yet",
      "%nPOST, such as to a language model:",
      "  perennial tail -d @prompt.json --data raw https://example.com/v1/chat",
      "%nCouchDB:",
      "  perennial tail --transport ndjson --accept text/plain --cursor /seq \\",
      "    --cursor-parameter since 'https://example.com/db/_changes?feed=continuous'",
      "%nKubernetes, through 'kubectl proxy':",
      "  perennial tail --cursor /object/metadata/resourceVersion \\",
      "    --cursor-parameter resourceVersion \\",
      "    --checkpoint /type=BOOKMARK --gap /object/code=410 \\",
      "    'http://127.0.0.1:8001/api/v1/pods?watch=1&allowWatchBookmarks=true'",
      "%nWebSocket:",
      "  perennial tail --on-open '{\"subscribe\":\"BTC\"}' wss://example.com/ticks",
      "  perennial tail --on-open '{\"since\":{cursor}}' wss://example.com/ticks",
      "  perennial tail --pong '/ping {\"pong\":{value}}' wss://example.com/ticks",
      "  perennial tail --subprotocol graphql-transport-ws --on-close 4429=retry \\",
      "    --on-open '{\"type\":\"connection_init\"}' wss://example.com/graphql",
    })
public final class TailCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InterruptHandler interruptHandler;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "<url>", description = "URL of the stream: http, https, ws or wss.")
  private String url;

  @Option(
      names = "--json",
      description = {
        "Print each event as one line of JSON: {\"id\":...,\"type\":...,\"data\":...}. id is the"
            + " cursor, or null; data is the text, or base64 for a binary message."
      })
  private boolean isJson;

  @Option(
      names = "--data",
      paramLabel = "text|raw|pretty|json",
      description = {
        "How to print the data: as text below type and id, raw without them, pretty if it is JSON,"
            + " or json: as --json, but data that is JSON is part of the line and not a string in"
            + " it. Default: text."
      })
  private @Nullable String data;

  @Option(
      names = {"-n", "--max-events"},
      paramLabel = "<count>",
      description = "Stop after this many events. Default: no limit.")
  private @Nullable String maxEvents;

  @Option(
      names = "--timeout",
      paramLabel = "<seconds>",
      description = "Stop after this time, such as 60 or 0.5. Default: no limit.")
  private @Nullable String timeout;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print no states of the connection, only errors.")
  private boolean isQuiet;

  @Mixin private StreamOptions streamOptions = new StreamOptions();

  @Mixin private RequestOptions requestOptions = new RequestOptions();

  @Mixin private WebSocketOptions webSocketOptions = new WebSocketOptions();

  @Mixin private CursorOptions cursorOptions = new CursorOptions();

  @SuppressWarnings("NullAway.Init") // picocli sets the required fields before it calls.
  private TailCommand(Terminal terminal, InterruptHandler interruptHandler) {
    this.terminal = terminal;
    this.interruptHandler = interruptHandler;
  }

  /** Returns the command. */
  public static CommandLine commandLine(Terminal terminal, InterruptHandler interruptHandler) {
    CommandLine command = new CommandLine(new TailCommand(terminal, interruptHandler));
    command
        .getHelpSectionMap()
        .put(
            UsageMessageSpec.SECTION_KEY_OPTION_LIST,
            new OptionSections()
                .section("Stream options:", StreamOptions.class)
                .section("Request options:", RequestOptions.class)
                .section("WebSocket options:", WebSocketOptions.class)
                .section("Cursor options:", CursorOptions.class));
    return command;
  }

  @Override
  public Integer call() throws InterruptedException {
    OptionValues values = new OptionValues(spec);
    long max = values.wholeNumber("--max-events", maxEvents, 1, Long.MAX_VALUE, Long.MAX_VALUE);
    Duration limit = values.seconds("--timeout", timeout);
    WebSocketSender sender = WebSocketSender.create();
    EventPrinter printer = DataFormat.parse(data, isJson, values).printer(isJson, terminal);
    TailOptions options =
        new TailOptions(streamOptions, requestOptions, webSocketOptions, cursorOptions);
    try (StreamFactory streams = new StreamFactory(options, url, values)) {
      List<EventStream<String>> candidates = streams.candidates(sender);
      TailListener listener = new TailListener(printer, max, terminal, isQuiet);
      TailSession session = session(listener, streams, limit);
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

  private TailSession session(
      TailListener listener, StreamFactory streams, @Nullable Duration limit) {
    return new TailSession(
        listener,
        interruptHandler,
        terminal,
        streams::mayBeNdjson,
        requestOptions.tokenCommand != null,
        cursorOptions.cursorFile,
        limit,
        isQuiet);
  }

  private int follow(
      List<EventStream<String>> candidates, TailListener listener, TailSession session)
      throws InterruptedException {
    if (cursorOptions.cursorFile == null) {
      TailObserver observer = new TailObserver(terminal, null);
      return session.follow(each(candidates, stream -> stream.withObserver(observer)));
    }
    CursorFile file = new CursorFile(cursorOptions.cursorFile, terminal);
    String unusable = file.unusable();
    if (unusable != null) {
      return session.failed(unusable, ExitCode.NOT_OPENED);
    }
    TailObserver observer = new TailObserver(terminal, file);
    int exitCode =
        session.follow(each(candidates, stream -> file.storing(stream).withObserver(observer)));
    String outdated = file.outdated(listener.cursor());
    return outdated == null || exitCode == ExitCode.NOT_OPENED
        ? exitCode
        : session.failed(outdated, ExitCode.FAILED);
  }

  private static List<EventStream<String>> each(
      List<EventStream<String>> streams, UnaryOperator<EventStream<String>> change) {
    return streams.stream().map(change).toList();
  }
}
