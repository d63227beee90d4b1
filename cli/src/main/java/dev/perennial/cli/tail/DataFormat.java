package dev.perennial.cli.tail;

import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.Terminal;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How events are printed: {@code --json} and {@code --data}. */
enum DataFormat {
  /** As it was sent, below a line with type and id. With {@code --json} a string. */
  TEXT,
  /** As it was sent, and nothing else. */
  RAW,
  /** Indented if it is JSON, below a line with type and id. */
  PRETTY,
  /** Each event is a line of JSON, and data that are JSON are a part of it. */
  JSON;

  /**
   * Parses the value of {@code --data}.
   *
   * @param name null when it was not given
   * @throws picocli.CommandLine.ParameterException when it is invalid
   */
  static DataFormat parse(@Nullable String name, boolean isJson, OptionValues values) {
    DataFormat format =
        switch (name == null ? "text" : name.toLowerCase(Locale.ROOT)) {
          case "text" -> TEXT;
          case "raw" -> RAW;
          case "pretty" -> PRETTY;
          case "json" -> JSON;
          default ->
              throw values.invalid(
                  "--data must be text, raw, pretty or json"
                      + OptionValues.butWas(Objects.requireNonNull(name)));
        };
    if (isJson && (format == RAW || format == PRETTY)) {
      throw values.invalid(
          "--json cannot be combined with --data "
              + name
              + ": --data json prints the data as JSON within the line");
    }
    return format;
  }

  /** Returns what prints events in this format. */
  EventPrinter printer(boolean isJson, Terminal terminal) {
    if (this == RAW) {
      return new RawEventPrinter(terminal);
    }
    if (this == JSON || isJson) {
      UnaryOperator<String> json = this == JSON ? DataFormat::asJson : JsonString::of;
      return new JsonEventPrinter(terminal.output(), json);
    }
    return new TextEventPrinter(
        terminal, this == PRETTY ? DataFormat::indented : UnaryOperator.identity());
  }

  private static String asJson(String data) {
    String json = JsonLayout.compact(data);
    return json != null ? json : JsonString.of(data);
  }

  private static String indented(String data) {
    String json = JsonLayout.pretty(data);
    return json != null ? json : data;
  }
}
