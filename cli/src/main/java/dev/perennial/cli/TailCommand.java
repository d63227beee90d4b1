package dev.perennial.cli;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows an endpoint of server-sent events. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    versionProvider = VersionSource.class,
    header = "Follow an endpoint of server-sent events, across every interruption.",
    description = {
      "%nEvents go to standard output, what the connection does goes to standard error. A lost"
          + " connection is made again, after a wait that doubles up to 30 s, and the stream is"
          + " resumed after the last event; what the server then sends twice is printed once. What"
          + " goes wrong before the first connection is open ends the command at once."
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
      "  perennial tail --token-command 'pass show api/token' https://example.com/orders",
      "  perennial tail --last-event-id 1042 --timeout 60 https://example.com/ticks",
      "  perennial tail --cursor-file ticks.cursor https://example.com/ticks >> ticks.log"
    })
final class TailCommand implements Callable<Integer> {
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
  private static final long MOST_DELAY_MILLIS = 3_600_000;

  private final Terminal terminal;
  private final Interrupt interrupt;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "<url>",
      description = "where the stream is: an http or https URL that answers text/event-stream")
  private String url;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "'<name>: <value>'",
      description = "send this request header; may be repeated")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--token-command",
      paramLabel = "<command>",
      description = {
        "run this shell command for a token, at first and when the server refuses one (401);",
        "what it prints is sent as 'Authorization: Bearer <token>', or as it is when it names a"
            + " scheme itself"
      })
  private @Nullable String tokenCommand;

  @Option(
      names = "--last-event-id",
      paramLabel = "<id>",
      description = "start after this event (by default where the server starts)")
  private @Nullable String lastEventId;

  @Option(
      names = "--cursor-file",
      paramLabel = "<path>",
      description = {
        "keep the id of the last event printed in this file, and start after it the next time;",
        "--last-event-id counts while the file holds none. A crash may print again what was"
            + " printed in its last quarter of a second. One file serves one stream, and one"
            + " command at a time"
      })
  private @Nullable Path cursorFile;

  @Option(
      names = "--json",
      description = {
        "print each event as one line of JSON: {\"id\":...,\"type\":...,\"data\":...};",
        "id is the stream's last event id, null when there is none; data is the payload as text"
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
      names = "--first-delay",
      paramLabel = "<millis>",
      description = "wait up to so long before the first reconnect (default: 1000)")
  private @Nullable String firstDelay;

  @Option(
      names = {"-q", "--quiet"},
      description = "tell failures only on standard error")
  private boolean isQuiet;

  /** Null without {@code --token-command}. */
  private @Nullable TokenCommand token;

  @SuppressWarnings("NullAway.Init") // picocli sets the required fields before it calls.
  TailCommand(Terminal terminal, Interrupt interrupt) {
    this.terminal = terminal;
    this.interrupt = interrupt;
  }

  @Override
  public Integer call() throws InterruptedException {
    OptionValues values = new OptionValues(spec);
    EventStream<String> stream = stream(values);
    long most = values.wholeNumber("--max-events", maxEvents, 1, Long.MAX_VALUE, Long.MAX_VALUE);
    Duration limit = values.seconds("--timeout", timeout);
    EventPrinter printer = isJson ? new JsonPrinter(terminal.output()) : new TextPrinter(terminal);
    Follower follower = new Follower(printer, most, terminal, isQuiet);
    if (cursorFile == null) {
      return follow(stream, follower, limit);
    }
    CursorFile file = new CursorFile(cursorFile, terminal);
    String unusable = file.unusable();
    if (unusable != null) {
      return failed(unusable, ExitCode.NOT_OPENED);
    }
    int exitCode = follow(file.keptFor(stream), follower, limit);
    String notKept = file.notKept(follower.cursor());
    return notKept == null || exitCode == ExitCode.NOT_OPENED
        ? exitCode
        : failed(notKept, ExitCode.FAILED);
  }

  private int follow(EventStream<String> stream, Follower follower, @Nullable Duration limit)
      throws InterruptedException {
    try (StreamSubscription subscription = stream.subscribe(follower)) {
      interrupt.onRaised(subscription::close);
      return follow(subscription, follower, limit);
    } finally {
      if (token != null) {
        token.close();
      }
    }
  }

  private EventStream<String> stream(OptionValues values) {
    Sse.Builder builder = builder(values);
    headers.forEach(header -> addHeader(builder, header, values));
    addToken(builder, values);
    long millis = values.wholeNumber("--first-delay", firstDelay, 1, MOST_DELAY_MILLIS, 1_000);
    Duration base = Duration.ofMillis(millis);
    Duration cap = base.compareTo(LONGEST_DELAY) > 0 ? base : LONGEST_DELAY;
    RetryPolicy retry = RetryPolicy.exponential(base, cap);
    if (base.compareTo(Duration.ofMillis(100)) < 0) {
      retry = retry.withFloor(base); // Who asks for less than the usual floor gets it.
    }
    return builder.stream().failFast().withRetry(retry).withCursor(cursor(values));
  }

  private Sse.Builder builder(OptionValues values) {
    try {
      return Sse.builder(url);
    } catch (IllegalArgumentException e) {
      String hint = isWithoutScheme() ? "; did you mean http://" + url + "?" : "";
      throw values.refused(e.getMessage() + hint);
    }
  }

  private boolean isWithoutScheme() {
    try {
      return !url.contains("://") && new URI("http://" + url).getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static void addHeader(Sse.Builder builder, String header, OptionValues values) {
    int colon = header.indexOf(':');
    if (colon < 0) {
      throw values.refused("--header must be 'Name: value'" + OptionValues.wasText(header));
    }
    String name = header.substring(0, colon).strip();
    if (name.equalsIgnoreCase("Last-Event-ID")) {
      throw values.refused("--header cannot set Last-Event-ID: use --last-event-id");
    }
    try {
      builder.header(name, header.substring(colon + 1).strip());
    } catch (IllegalArgumentException e) {
      throw values.refused("--header: " + e.getMessage());
    }
  }

  private void addToken(Sse.Builder builder, OptionValues values) {
    if (tokenCommand == null) {
      return;
    }
    if (tokenCommand.isBlank()) {
      throw values.refused(
          "--token-command must name a command" + OptionValues.wasText(tokenCommand));
    }
    token = new TokenCommand(tokenCommand);
    try {
      builder.credentials(token);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw values.refused("--token-command cannot stand beside --header 'Authorization: ...'");
    }
  }

  private @Nullable String cursor(OptionValues values) {
    if (lastEventId == null) {
      return null;
    }
    if (lastEventId.isEmpty() || lastEventId.chars().anyMatch(c -> "\r\n\0".indexOf(c) >= 0)) {
      throw values.refused(
          "--last-event-id must be neither empty nor contain CR, LF or NUL"
              + OptionValues.wasText(Visible.text(lastEventId.replace('\n', ' '))));
    }
    return lastEventId;
  }

  private int follow(StreamSubscription subscription, Follower follower, @Nullable Duration limit)
      throws InterruptedException {
    boolean isInTime = true;
    try {
      if (limit == null) {
        subscription.awaitClosed();
      } else {
        isInTime = subscription.awaitClosed(limit);
        subscription.close();
        subscription.awaitClosed();
      }
    } catch (StreamException failure) {
      return failed(failure, follower);
    }
    if (follower.isOutputGone()) {
      return ExitCode.OK;
    }
    if (interrupt.isRaised()) {
      tell("interrupted after " + events(follower));
      return ExitCode.INTERRUPTED;
    }
    if (follower.isFull()) {
      tell("stopped after " + events(follower));
    } else if (isInTime) {
      tell("the server ended the stream after " + events(follower));
    } else {
      tell("stopped by --timeout after " + events(follower));
    }
    return ExitCode.OK;
  }

  private static String events(Follower follower) {
    return Words.count(follower.printed(), "event", "events");
  }

  private int failed(StreamException failure, Follower follower) {
    int exitCode = follower.wasOpened() ? ExitCode.FAILED : ExitCode.NOT_OPENED;
    return failed(TokenCommand.wordsOf(failure) + hint(failure), exitCode);
  }

  private String hint(StreamException failure) {
    if (failure.code() == 401 && failure.reason() != StreamException.Reason.CREDENTIALS) {
      return tokenCommand == null
          ? " (--header 'Authorization: ...' or --token-command sends credentials)"
          : " (what --token-command printed was refused)";
    }
    boolean isStoredCursorGone =
        cursorFile != null && failure.reason() == StreamException.Reason.GAP;
    return isStoredCursorGone ? " (without " + cursorFile + " it starts anew)" : "";
  }

  private int failed(String message, int exitCode) {
    terminal.err().println(terminal.errPaint().red("perennial tail: " + message));
    return exitCode;
  }

  private void tell(String line) {
    if (!isQuiet) {
      terminal.err().println(terminal.errPaint().dim(line));
    }
  }
}
