package dev.perennial.cli;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.Payload;
import dev.perennial.RetryPolicy;
import dev.perennial.http.ExchangeBuilder;
import dev.perennial.http.HttpStreamBuilder;
import dev.perennial.json.Json;
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

/** Makes the streams that the options of {@code tail} describe, or refuses them in words. */
final class TailStreams implements AutoCloseable {
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
  private static final long MOST_DELAY_MILLIS = 3_600_000;

  /** What is asked for while the transport is open. */
  private static final String ACCEPT_ANY =
      "text/event-stream, application/x-ndjson;q=0.9, application/jsonl;q=0.9,"
          + " application/json;q=0.8";

  private final StreamOptions options;
  private final String url;
  private final OptionValues values;
  private final List<Header> headers;
  private final RetryPolicy retry;

  /** Null when the content type of the answer decides. */
  private final @Nullable TransportKind kind;

  /** Null without {@code --token-command}. */
  private final @Nullable TokenCommand token;

  /** One of the caller's. */
  private record Header(String name, String value) {}

  /**
   * Reads the options.
   *
   * @throws picocli.CommandLine.ParameterException when one is not as it has to be
   */
  TailStreams(StreamOptions options, String url, OptionValues values) {
    this.options = options;
    this.url = url;
    this.values = values;
    this.kind = FittingOptions.kindOf(options, url, values);
    this.headers = options.headers.stream().map(this::header).toList();
    this.retry = retry();
    this.token = token();
  }

  // ---- The streams ----

  boolean isWebSocket() {
    return kind == TransportKind.WS;
  }

  /**
   * The stream over each transport that it may have. The second one is for an answer that the first
   * one refuses by its content type: nothing of it was read then, and both start at the same event.
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
    boolean isAsked = headers.stream().anyMatch(h -> h.name().equalsIgnoreCase("Accept"));
    if (kind == null && !isAsked) {
      builder.header("Accept", ACCEPT_ANY);
    }
    return http(builder);
  }

  private EventStream<String> ndjson() {
    return http(builder(() -> Ndjson.builder(url), "http"));
  }

  private <B extends HttpStreamBuilder<B>> EventStream<String> http(B builder) {
    if (!options.accept.isEmpty()) {
      try {
        builder.accept(options.accept.toArray(new String[0]));
      } catch (IllegalArgumentException e) {
        throw values.refused("--" + e.getMessage());
      }
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

  // ---- What all transports share ----

  private <B extends ExchangeBuilder<B>> EventStream<String> stream(B builder) {
    headers.forEach(header -> add(header, builder));
    addToken(builder);
    String pointer = options.cursor;
    if (pointer != null) {
      builder.cursor(ofPointer("--cursor", () -> Json.field(pointer)));
    }
    if (options.cursorParameter != null) {
      if (options.cursorParameter.isEmpty()) {
        throw values.refused("--cursor-parameter must not be empty");
      }
      builder.cursorParameter(options.cursorParameter);
    }
    options.heartbeats.stream()
        .map(this::heartbeat)
        .reduce(Predicate::or)
        .ifPresent(builder::heartbeat);
    EventStream<String> stream =
        builder.stream(text()).failFast().withRetry(retry).withCursor(since());
    return options.isMalformedSkipped ? stream.withMalformedSkipped() : stream;
  }

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
      throw values.refused("--header must be 'Name: value'" + OptionValues.wasText(header));
    }
    String name = header.substring(0, colon).strip();
    if (name.equalsIgnoreCase("Last-Event-ID")) {
      throw values.refused("--header cannot set Last-Event-ID: use --last-event-id");
    }
    return new Header(name, header.substring(colon + 1).strip());
  }

  private void add(Header header, ExchangeBuilder<?> builder) {
    try {
      builder.header(header.name(), header.value());
    } catch (IllegalArgumentException e) {
      throw values.refused("--header: " + e.getMessage());
    }
  }

  private @Nullable TokenCommand token() {
    if (options.tokenCommand == null) {
      return null;
    }
    if (options.tokenCommand.isBlank()) {
      throw values.refused(
          "--token-command must name a command" + OptionValues.wasText(options.tokenCommand));
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
      throw values.refused("--token-command cannot stand beside --header 'Authorization: ...'");
    }
  }

  private Predicate<Payload> heartbeat(String equation) {
    int equals = equation.indexOf('=');
    if (equals < 0) {
      throw values.refused(
          "--heartbeat must be <pointer>=<value> such as /type=ping"
              + OptionValues.wasText(equation));
    }
    return ofPointer(
        "--heartbeat",
        () -> Json.fieldEquals(equation.substring(0, equals), equation.substring(equals + 1)));
  }

  private <T> T ofPointer(String option, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      throw values.refused(option + ": " + e.getMessage());
    }
  }

  private @Nullable String since() {
    String since = options.since;
    if (since != null
        && (since.isEmpty() || since.chars().anyMatch(c -> "\r\n\0".indexOf(c) >= 0))) {
      throw values.refused(
          "--last-event-id must be neither empty nor contain CR, LF or NUL"
              + OptionValues.wasText(Visible.text(since.replace('\n', ' '))));
    }
    return since;
  }

  private RetryPolicy retry() {
    long millis =
        values.wholeNumber("--first-delay", options.firstDelay, 1, MOST_DELAY_MILLIS, 1_000);
    Duration base = Duration.ofMillis(millis);
    Duration cap = base.compareTo(LONGEST_DELAY) > 0 ? base : LONGEST_DELAY;
    RetryPolicy policy = RetryPolicy.exponential(base, cap);
    // Who asks for less than the usual floor gets it.
    return base.compareTo(Duration.ofMillis(100)) < 0 ? policy.withFloor(base) : policy;
  }

  /** Ends a token command that still runs. */
  @Override
  public void close() {
    if (token != null) {
      token.close();
    }
  }
}
