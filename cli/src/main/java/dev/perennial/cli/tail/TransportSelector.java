package dev.perennial.cli.tail;

import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.TransportKind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Selects the transport by option and URL, and rejects options that it does not support. */
final class TransportSelector {
  private final StreamOptions options;
  private final CursorOptions cursors;
  private final OptionValues values;

  TransportSelector(StreamOptions options, CursorOptions cursors, OptionValues values) {
    this.options = options;
    this.cursors = cursors;
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
    TransportKind kind = isWebSocketUrl ? TransportKind.WS : named;
    if (kind == TransportKind.WS) {
      requireWebSocketOptions();
    } else {
      requireHttpOptions(kind);
    }
    return kind;
  }

  private void requireHttpOptions(@Nullable TransportKind kind) {
    if (options.framing != null && kind != TransportKind.NDJSON) {
      throw values.invalid("--framing requires --transport ndjson");
    }
    if (options.onOpen != null && kind != null) {
      throw values.invalid(
          "--on-open cannot be used with --transport "
              + kind.option()
              + ", which sends no messages: omit it, or use --transport ws");
    }
    if (options.onOpen != null) {
      throw values.invalid("--on-open requires a WebSocket: use a ws or wss URL or --transport ws");
    }
    if (!options.accept.isEmpty() && kind == null) {
      throw values.invalid(
          "--accept requires --transport sse or ndjson, since another content type does not show"
              + " which of them it is");
    }
  }

  private void requireWebSocketOptions() {
    if (options.framing != null) {
      throw values.invalid("--framing cannot be used with a WebSocket: omit it");
    }
    if (options.isGzip) {
      throw values.invalid("--gzip cannot be used with a WebSocket: omit it");
    }
    if (!options.accept.isEmpty()) {
      throw values.invalid(
          "--accept cannot be used with a WebSocket, which has no content type: omit it");
    }
    if (options.onOpen == null || !options.onOpen.contains(OpenMessage.CURSOR)) {
      requireNoCursor();
    } else if (options.onOpen.contains('"' + OpenMessage.CURSOR + '"')) {
      throw values.invalid(
          "--on-open must contain {cursor} without quotes, which are added,"
              + OptionValues.butWas(options.onOpen));
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
