package dev.perennial.cli.tail;

import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.TransportKind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Which transport the command line asks for, and which options it leaves no sense. */
final class TransportSelector {
  private final StreamOptions options;
  private final OptionValues values;

  private TransportSelector(StreamOptions options, OptionValues values) {
    this.options = options;
    this.values = values;
  }

  /**
   * The transport, by the option or by the URL.
   *
   * @return null when the answer has to say it
   * @throws ParameterException when another option does not fit it
   */
  static @Nullable TransportKind kindOf(StreamOptions options, String url, OptionValues values) {
    return new TransportSelector(options, values).kindOf(url);
  }

  private @Nullable TransportKind kindOf(String url) {
    TransportKind named = TransportKind.parse(options.transport, values);
    boolean isWebSocketUrl = url.toLowerCase(Locale.ROOT).matches("wss?://.*");
    if (isWebSocketUrl && named != null && named != TransportKind.WS) {
      throw values.invalid(
          named("--transport", named)
              + " does not fit a ws or wss URL: leave it out, or name an http or https URL");
    }
    TransportKind kind = isWebSocketUrl ? TransportKind.WS : named;
    if (kind == TransportKind.WS) {
      requireWebSocket();
    } else {
      requireHttp(kind);
    }
    return kind;
  }

  private void requireHttp(@Nullable TransportKind kind) {
    if (options.onOpen != null && kind != null) {
      throw values.invalid(
          "--on-open does not fit "
              + named("--transport", kind)
              + ": nothing can be sent there, so leave it out or use --transport ws");
    }
    if (options.onOpen != null) {
      throw values.invalid("--on-open needs a WebSocket: name it with --transport ws");
    }
    if (!options.accept.isEmpty() && kind == null) {
      throw values.invalid(
          "--accept needs --transport sse or ndjson: by a type of your own nobody can tell which"
              + " it is");
    }
  }

  private void requireWebSocket() {
    if (!options.accept.isEmpty()) {
      throw values.invalid(
          "--accept does not fit --transport ws: a WebSocket has no content type, so leave it out");
    }
    if (options.onOpen == null || !options.onOpen.contains(OpenMessage.CURSOR)) {
      requireNoCursor();
    } else if (options.onOpen.contains('"' + OpenMessage.CURSOR + '"')) {
      throw values.invalid(
          "--on-open must have {cursor} without quotes, which come with it,"
              + OptionValues.butWas(options.onOpen));
    }
  }

  /** A cursor that nobody brings to the server would be lost in silence. */
  private void requireNoCursor() {
    String given =
        options.since != null
            ? "--last-event-id"
            : options.cursorFile != null
                ? "--cursor-file"
                : options.cursor != null ? "--cursor" : null;
    if (given != null && options.cursorParameter == null) {
      throw values.invalid(
          given
              + " needs a way to the server over --transport ws: --cursor-parameter, or {cursor} in"
              + " --on-open");
    }
  }

  private static String named(String option, TransportKind kind) {
    return option + " " + kind.option();
  }
}
