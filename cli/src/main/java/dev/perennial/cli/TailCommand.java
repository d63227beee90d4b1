package dev.perennial.cli;

import dev.perennial.EventStream;
import dev.perennial.RetryPolicy;
import dev.perennial.StreamException;
import dev.perennial.StreamSubscription;
import dev.perennial.sse.Sse;
import java.net.URI;
import java.net.URISyntaxException;
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
      "1:the stream failed for good after it had been open",
      "2:the command line is wrong",
      "3:the stream could not be opened",
      "130:interrupted by Ctrl-C: the stream had not ended, so a script must not go on as if it had"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial tail https://stream.wikimedia.org/v2/stream/recentchange",
      "  perennial tail -n 10 --json https://example.com/ticks | jq -r .data",
      "  perennial tail -H 'Authorization: Bearer s3cret' https://example.com/orders",
      "  perennial tail --last-event-id 1042 --timeout 60 https://example.com/ticks"
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
      names = "--last-event-id",
      paramLabel = "<id>",
      description = "start after this event (by default where the server starts)")
  private @Nullable String lastEventId;

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
    try (StreamSubscription subscription = stream.subscribe(follower)) {
      interrupt.onRaised(subscription::close);
      return follow(subscription, follower, limit);
    }
  }

  private EventStream<String> stream(OptionValues values) {
    Sse.Builder builder = builder(values);
    headers.forEach(header -> addHeader(builder, header, values));
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
    String hint = failure.code() == 401 ? " (--header 'Authorization: ...' sends credentials)" : "";
    String message = "perennial tail: " + failure.getMessage() + hint;
    terminal.err().println(terminal.errPaint().red(message));
    return follower.wasOpened() ? ExitCode.FAILED : ExitCode.NOT_OPENED;
  }

  private void tell(String line) {
    if (!isQuiet) {
      terminal.err().println(terminal.errPaint().dim(line));
    }
  }
}
