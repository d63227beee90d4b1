package dev.perennial.cli.tail;

import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.TransportKind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Selects the transport by option and URL, and rejects options that it does not support. */
final class TransportSelector {
  private final StreamOptions options;
  private final RequestOptions request;
  private final WebSocketOptions webSocket;
  private final CursorOptions cursors;
  private final OptionValues values;

  TransportSelector(TailOptions all, OptionValues values) {
    this.options = all.stream();
    this.request = all.request();
    this.webSocket = all.webSocket();
    this.cursors = all.cursor();
    this.values = values;
  }

  /**
   * Returns the transport of the stream.
   *
   * @return null when the content type of the response decides
   * @throws ParameterException when the transport does not support another option
   */
  @Nullable TransportKind select(String url) {
    TransportKind named = TransportKind.parse(options.transport, values);
    boolean isWebSocketUrl = url.toLowerCase(Locale.ROOT).matches("wss?://.*");
    if (isWebSocketUrl && named != null && named != TransportKind.WS) {
      throw values.invalid(
          "--transport "
              + named.option()
              + " cannot be used with a ws or wss URL: omit it, or use an http or https URL");
    }
    requireRequestOptions();
    TransportKind kind = isWebSocketUrl ? TransportKind.WS : named;
    if (kind == TransportKind.WS) {
      requireWebSocketOptions();
    } else {
      requireHttpOptions(kind);
    }
    return kind;
  }

  private void requireRequestOptions() {
    if (request.isResent && request.body == null) {
      throw values.invalid("--resend requires -d");
    }
    if (request.isInsecure && request.certificates != null) {
      throw values.invalid(
          "--insecure cannot be combined with --cacert: it accepts any certificate");
    }
  }

  private void requireHttpOptions(@Nullable TransportKind kind) {
    if (options.framing != null && kind != TransportKind.NDJSON) {
      throw values.invalid("--framing requires --transport ndjson");
    }
    if (webSocket.onOpen != null && kind != null) {
      throw values.invalid(
          "--on-open cannot be used with --transport "
              + kind.option()
              + ", which sends no messages: omit it, or use --transport ws");
    }
    requireWebSocket("--on-open", webSocket.onOpen != null);
    requireWebSocket("--pong", !webSocket.pongs.isEmpty());
    requireWebSocket("--subprotocol", !webSocket.subprotocols.isEmpty());
    requireWebSocket("--origin", webSocket.origin != null);
    requireWebSocket("--on-close", !webSocket.closeRules.isEmpty());
    if (!options.accept.isEmpty() && kind == null) {
      throw values.invalid(
          "--accept requires --transport sse or ndjson, since another content type does not show"
              + " which of them it is");
    }
  }

  private void requireWebSocket(String option, boolean isGiven) {
    if (isGiven) {
      throw values.invalid(option + " requires a WebSocket: use a ws or wss URL or --transport ws");
    }
  }

  private void requireHttp(String option, boolean isGiven) {
    if (isGiven) {
      throw values.invalid(option + " cannot be used with a WebSocket: omit it");
    }
  }

  private void requireWebSocketOptions() {
    requireHttp("--framing", options.framing != null);
    requireHttp("-d", request.body != null);
    requireHttp("--http2", request.isHttp2);
    if (!options.accept.isEmpty()) {
      throw values.invalid(
          "--accept cannot be used with a WebSocket, which has no content type: omit it");
    }
    if (webSocket.onOpen == null || !webSocket.onOpen.contains(OpenMessage.CURSOR)) {
      requireNoCursor();
    } else if (webSocket.onOpen.contains('"' + OpenMessage.CURSOR + '"')) {
      throw values.invalid(
          "--on-open must contain {cursor} without quotes, which are added,"
              + OptionValues.butWas(webSocket.onOpen));
    }
  }

  /** A cursor that is not sent to the server would have no effect. */
  private void requireNoCursor() {
    String given =
        cursors.since != null
            ? "--last-event-id"
            : cursors.cursorFile != null
                ? "--cursor-file"
                : cursors.cursor != null ? "--cursor" : null;
    if (given != null && cursors.cursorParameter == null) {
      throw values.invalid(
          given
              + " on a WebSocket requires --cursor-parameter or {cursor} in --on-open, which send"
              + " the cursor to the server");
    }
  }
}
