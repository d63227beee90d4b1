package dev.perennial.cli.console;

import org.jspecify.annotations.Nullable;

/** A transport as the option {@code --transport} names it. */
public enum TransportKind {
  SSE("sse", "server-sent events"),
  NDJSON("ndjson", "NDJSON"),
  WS("ws", "WebSocket");

  private final String option;
  private final String displayName;

  TransportKind(String option, String displayName) {
    this.option = option;
    this.displayName = displayName;
  }

  /**
   * Parses the value of {@code --transport}.
   *
   * @param option null when the option was not given
   * @return null when the option was not given
   * @throws picocli.CommandLine.ParameterException when there is no such transport
   */
  public static @Nullable TransportKind parse(@Nullable String option, OptionValues values) {
    if (option == null) {
      return null;
    }
    for (TransportKind kind : values()) {
      if (kind.option.equals(option)) {
        return kind;
      }
    }
    throw values.invalid("--transport must be sse, ndjson or ws" + OptionValues.butWas(option));
  }

  /** The value of the option. */
  public String option() {
    return option;
  }

  /** The name of the transport in a sentence. */
  public String displayName() {
    return displayName;
  }
}
