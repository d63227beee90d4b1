package dev.perennial.cli.tail;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
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
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates the streams that the options of {@code tail} describe. */
final class StreamFactory implements AutoCloseable {

  /** The Accept header while either HTTP transport will do. */
  private static final String ACCEPT_ANY =
      "text/event-stream, application/x-ndjson;q=0.9, application/jsonl;q=0.9,"
          + " application/json;q=0.8";

  private final StreamOptions options;
  private final WebSocketOptions socketOptions;
  private final boolean isCompressed;
  private final CursorOptions cursors;
  private final String url;
  private final OptionValues values;
  private final RequestSetup request;
  private final EventKinds kinds;
  private final Pongs pongs;
  private final RetryPolicy retry;

  /** Null when the content type of the response decides. */
  private final @Nullable TransportKind kind;

  /**
   * Reads the options.
   *
   * @throws picocli.CommandLine.ParameterException when one is invalid
   */
  StreamFactory(TailOptions all, String url, OptionValues values) {
    this.options = all.stream();
    this.socketOptions = all.webSocket();
    this.isCompressed = all.request().isCompressed;
    this.cursors = all.cursor();
    this.url = url;
    this.values = values;
    this.kind = new TransportSelector(all, values).select(url);
    this.kinds = new EventKinds(options, values);
    this.pongs = Pongs.of(socketOptions.pongs, values);
    this.retry = RetryChoice.of(all, values);
    this.request = new RequestSetup(all.request(), values);
  }

  // ---- The streams ----

  boolean isWebSocket() {
    return kind == TransportKind.WS;
  }

  /** Whether another response that is not as expected may be NDJSON, by its content type. */
  boolean mayBeNdjson() {
    return request.mayBeNdjson();
  }

  /**
   * Returns the stream over each transport that it may have, in the order in which to try them. The
   * second is for when the response to the first has another content type. Both start at the same
   * event, since nothing of such a response is read. A POST is not tried twice.
   *
   * @param sender sends over a WebSocket
   */
  List<EventStream<String>> candidates(WebSocketSender sender) {
    if (kind == null) {
      return request.isPost() ? List.of(sse()) : List.of(sse(), ndjson());
    }
    return switch (kind) {
      case SSE -> List.of(sse());
      case NDJSON -> List.of(ndjson());
      case WS -> List.of(webSocket(sender));
    };
  }

  private EventStream<String> sse() {
    Sse.Builder builder = builder(() -> Sse.builder(url), "http");
    if (kind == null && !request.isPost() && !request.hasHeader("Accept")) {
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
    request.applyToHttp(builder, url.toLowerCase(Locale.ROOT).startsWith("https:"));
    return stream(builder);
  }

  private EventStream<String> webSocket(WebSocketSender sender) {
    WebSockets.Builder builder = builder(() -> WebSockets.builder(url), "ws").sender(sender);
    if (socketOptions.onOpen != null) {
      OpenMessage onOpen = new OpenMessage(socketOptions.onOpen);
      if (onOpen.hasCursor()) {
        builder.onOpen(onOpen);
      } else {
        builder.onOpen(out -> onOpen.onOpen(out, null));
      }
    }
    if (isCompressed) {
      builder.compressed();
    }
    builder.onControl(pongs);
    try {
      if (!socketOptions.subprotocols.isEmpty()) {
        builder.subprotocols(socketOptions.subprotocols.toArray(new String[0]));
      }
    } catch (IllegalArgumentException e) {
      throw values.invalid("--subprotocol: " + e.getMessage());
    }
    try {
      if (socketOptions.origin != null) {
        builder.origin(socketOptions.origin);
      }
    } catch (IllegalArgumentException e) {
      throw values.invalid("--origin: " + e.getMessage());
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
    request.apply(builder);
    addCursor(builder);
    kinds.apply(builder, pongs);
    EventStream<String> stream = builder.stream(text()).withRetry(retry).withCursor(since());
    if (options.isMalformedSkipped) {
      stream = stream.withMalformedSkipped();
    }
    return options.isFirstRetried ? stream : stream.failFast();
  }

  /** Decodes text as it is and binary data as base64. */
  private static Decoder<String> text() {
    Decoder<byte[]> bytes = Decoder.bytes();
    return payload ->
        payload.isBinary()
            ? Base64.getEncoder().encodeToString(bytes.decode(payload))
            : payload.text();
  }

  private void addCursor(ExchangeBuilder<?> builder) {
    String pointer = cursors.cursor;
    if (pointer != null) {
      try {
        builder.cursor(Json.field(pointer));
      } catch (IllegalArgumentException e) {
        throw values.invalid("--cursor: " + e.getMessage());
      }
    }
    if (cursors.cursorParameter != null) {
      if (cursors.cursorParameter.isEmpty()) {
        throw values.invalid("--cursor-parameter must not be empty" + OptionValues.butWas(""));
      }
      builder.cursorParameter(cursors.cursorParameter);
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

  @Override
  public void close() {
    request.close();
  }
}
