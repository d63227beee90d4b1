package dev.perennial.cli.tail;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.Printable;
import dev.perennial.cli.console.TransportKind;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.http.HttpStreamBuilder;
import dev.perennial.json.Json;
import dev.perennial.ndjson.Framing;
import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.websocket.WebSocketSender;
import dev.perennial.websocket.WebSockets;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates the streams that the options of {@code tail} describe. */
final class StreamFactory implements AutoCloseable {
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
  private static final Duration DEFAULT_FLOOR = Duration.ofMillis(100);
  private static final long MAX_FIRST_DELAY_MILLIS = 3_600_000;
  private static final long DEFAULT_FIRST_DELAY_MILLIS = 1_000;

  /** The Accept header while either HTTP transport will do. */
  private static final String ACCEPT_ANY =
      "text/event-stream, application/x-ndjson;q=0.9, application/jsonl;q=0.9,"
          + " application/json;q=0.8";

  private final StreamOptions options;
  private final CursorOptions cursors;
  private final String url;
  private final OptionValues values;
  private final List<Header> headers;
  private final RetryPolicy retry;

  /** Null when the content type of the response decides. */
  private final @Nullable TransportKind kind;

  /** Null without {@code --token-command}. */
  private final @Nullable TokenCommand token;

  /** A value of {@code --header}. */
  private record Header(String name, String value) {}

  /**
   * Reads the options.
   *
   * @throws picocli.CommandLine.ParameterException when one is invalid
   */
  StreamFactory(StreamOptions options, CursorOptions cursors, String url, OptionValues values) {
    this.options = options;
    this.cursors = cursors;
    this.url = url;
    this.values = values;
    this.kind = new TransportSelector(options, cursors, values).select(url);
    this.headers = options.headers.stream().map(this::header).toList();
    this.retry = retry();
    this.token = token();
  }

  // ---- The streams ----

  boolean isWebSocket() {
    return kind == TransportKind.WS;
  }

  /**
   * Returns the stream over each transport that it may have, in the order in which to try them. The
   * second is for when the response to the first has another content type. Both start at the same
   * event, since nothing of such a response is read.
   *
   * @param sender sends over a WebSocket
   */
  List<EventStream<String>> candidates(WebSocketSender sender) {
    if (kind == null) {
      return List.of(sse(), ndjson());
    }
    return switch (kind) {
      case SSE -> List.of(sse());
      case NDJSON -> List.of(ndjson());
      case WS -> List.of(webSocket(sender));
    };
  }

  private EventStream<String> sse() {
    Sse.Builder builder = builder(() -> Sse.builder(url), "http");
    boolean hasAccept = headers.stream().anyMatch(h -> h.name().equalsIgnoreCase("Accept"));
    if (kind == null && !hasAccept) {
      builder.header("Accept", ACCEPT_ANY);
    }
    return http(builder);
  }

  private EventStream<String> ndjson() {
    Ndjson.Builder builder = builder(() -> Ndjson.builder(url), "http");
    if (options.framing != null) {
      builder.framing(framing(options.framing));
    }
    return http(builder);
  }

  private Framing framing(String name) {
    return switch (name) {
      case "lines" -> Framing.lines();
      case "concatenated" -> Framing.concatenated();
      case "array" -> Framing.array();
      case "json-seq" -> Framing.jsonSequence();
      case "length" -> Framing.lengthPrefixed();
      case "netstrings" -> Framing.netstrings();
      case "length4" -> Framing.fourByteLengths();
      default ->
          throw values.invalid(
              "--framing must be lines, concatenated, array, json-seq, length, netstrings or"
                  + " length4"
                  + OptionValues.butWas(name));
    };
  }

  private <B extends HttpStreamBuilder<B>> EventStream<String> http(B builder) {
    if (!options.accept.isEmpty()) {
      try {
        builder.accept(options.accept.toArray(new String[0]));
      } catch (IllegalArgumentException e) {
        throw values.invalid("--" + e.getMessage());
      }
    }
    if (options.isGzip) {
      builder.gzip();
    }
    return stream(builder);
  }

  private EventStream<String> webSocket(WebSocketSender sender) {
    WebSockets.Builder builder = builder(() -> WebSockets.builder(url), "ws").sender(sender);
    if (options.onOpen != null) {
      OpenMessage onOpen = new OpenMessage(options.onOpen);
      if (onOpen.hasCursor()) {
        builder.onOpen(onOpen);
      } else {
        builder.onOpen(out -> onOpen.onOpen(out, null));
      }
    }
    return stream(builder);
  }

  private <B extends ExchangeBuilder<B>> B builder(Supplier<B> builder, String scheme) {
    try {
      return builder.get();
    } catch (IllegalArgumentException e) {
      String hint = isWithoutScheme() ? "; did you mean " + scheme + "://" + url + "?" : "";
      throw values.invalid(e.getMessage() + hint);
    }
  }

  private boolean isWithoutScheme() {
    try {
      return !url.contains("://") && new URI("http://" + url).getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  // ---- What all transports have in common ----

  private <B extends ExchangeBuilder<B>> EventStream<String> stream(B builder) {
    headers.forEach(header -> addHeader(header, builder));
    addToken(builder);
    addCursor(builder);
    options.heartbeats.stream()
        .map(equation -> equation("--heartbeat", "/type=ping", equation))
        .reduce(Predicate::or)
        .ifPresent(builder::heartbeat);
    addKinds(builder);
    EventStream<String> stream =
        builder.stream(text()).failFast().withRetry(retry).withCursor(since());
    return options.isMalformedSkipped ? stream.withMalformedSkipped() : stream;
  }

  /** Decodes text as it is and binary data as base64. */
  private static Decoder<String> text() {
    Decoder<byte[]> bytes = Decoder.bytes();
    return payload ->
        payload.isBinary()
            ? Base64.getEncoder().encodeToString(bytes.decode(payload))
            : payload.text();
  }

  private Header header(String header) {
    int colon = header.indexOf(':');
    if (colon < 0) {
      throw values.invalid("--header must be 'Name: value'" + OptionValues.butWas(header));
    }
    String name = header.substring(0, colon).strip();
    if (name.equalsIgnoreCase("Last-Event-ID")) {
      throw values.invalid("--header must not set Last-Event-ID: use --last-event-id");
    }
    return new Header(name, header.substring(colon + 1).strip());
  }

  private void addHeader(Header header, ExchangeBuilder<?> builder) {
    try {
      builder.header(header.name(), header.value());
    } catch (IllegalArgumentException e) {
      throw values.invalid("--header: " + e.getMessage());
    }
  }

  private @Nullable TokenCommand token() {
    if (options.tokenCommand == null) {
      return null;
    }
    if (options.tokenCommand.isBlank()) {
      throw values.invalid(
          "--token-command must not be blank" + OptionValues.butWas(options.tokenCommand));
    }
    return new TokenCommand(options.tokenCommand);
  }

  private void addToken(ExchangeBuilder<?> builder) {
    if (token == null) {
      return;
    }
    try {
      builder.credentials(token);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw values.invalid("--token-command cannot be combined with --header 'Authorization: ...'");
    }
  }

  private void addCursor(ExchangeBuilder<?> builder) {
    String pointer = cursors.cursor;
    if (pointer != null) {
      builder.cursor(ofPointer("--cursor", () -> Json.field(pointer)));
    }
    if (cursors.cursorParameter != null) {
      if (cursors.cursorParameter.isEmpty()) {
        throw values.invalid("--cursor-parameter must not be empty" + OptionValues.butWas(""));
      }
      builder.cursorParameter(cursors.cursorParameter);
    }
  }

  private void addKinds(ExchangeBuilder<?> builder) {
    if (options.checkpoints.isEmpty() && options.gaps.isEmpty()) {
      return;
    }
    Predicate<Payload> isCheckpoint =
        options.checkpoints.stream()
            .map(equation -> equation("--checkpoint", "/type=BOOKMARK", equation))
            .reduce(payload -> false, Predicate::or);
    Predicate<Payload> isGap =
        options.gaps.stream()
            .map(equation -> equation("--gap", "/object/code=410", equation))
            .reduce(payload -> false, Predicate::or);
    builder.classify(
        payload ->
            isCheckpoint.test(payload)
                ? Payload.Kind.CURSOR
                : isGap.test(payload) ? Payload.Kind.GAP : Payload.Kind.EVENT);
  }

  private Predicate<Payload> equation(String option, String example, String equation) {
    int equals = equation.indexOf('=');
    if (equals < 0) {
      throw values.invalid(
          option + " must be <pointer>=<value> such as " + example + OptionValues.butWas(equation));
    }
    return ofPointer(
        option,
        () -> Json.fieldEquals(equation.substring(0, equals), equation.substring(equals + 1)));
  }

  private <T> T ofPointer(String option, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      throw values.invalid(option + ": " + e.getMessage());
    }
  }

  private @Nullable String since() {
    String since = cursors.since;
    if (since != null
        && (since.isEmpty() || since.chars().anyMatch(c -> "\r\n\0".indexOf(c) >= 0))) {
      throw values.invalid(
          "--last-event-id must not be empty or contain CR, LF or NUL"
              + OptionValues.butWas(Printable.of(since.replace('\n', ' '))));
    }
    return since;
  }

  private RetryPolicy retry() {
    long millis =
        values.wholeNumber(
            "--first-delay",
            options.firstDelay,
            1,
            MAX_FIRST_DELAY_MILLIS,
            DEFAULT_FIRST_DELAY_MILLIS);
    Duration first = Duration.ofMillis(millis);
    Duration longest = first.compareTo(LONGEST_DELAY) > 0 ? first : LONGEST_DELAY;
    RetryPolicy policy = RetryPolicy.exponential(first, longest);
    // A first delay below the default floor lowers the floor.
    return first.compareTo(DEFAULT_FLOOR) < 0 ? policy.withFloor(first) : policy;
  }

  /** Kills the token command if it is running. */
  @Override
  public void close() {
    if (token != null) {
      token.close();
    }
  }
}
