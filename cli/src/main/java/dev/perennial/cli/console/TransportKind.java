package dev.perennial.cli.console;

import org.jspecify.annotations.Nullable;

/** A transport as the option {@code --transport} names it. */
public enum TransportKind {
  SSE("sse", "server-sent events"),
  NDJSON("ndjson", "NDJSON"),
  WS("ws", "WebSocket");

  private final String option;
  private final String words;

  TransportKind(String option, String words) {
    this.option = option;
    this.words = words;
  }

  /**
   * The one that is named.
   *
   * @param option null when the option was not given
   * @return null when the option was not given
   */
  public static @Nullable TransportKind named(@Nullable String option, OptionValues values) {
    if (option == null) {
      return null;
    }
    for (TransportKind kind : values()) {
      if (kind.option.equals(option)) {
        return kind;
      }
    }
    throw values.refused("--transport must be sse, ndjson or ws" + OptionValues.wasText(option));
  }

  /** Its value of the option. */
  public String option() {
    return option;
  }

  /** Its name in a sentence. */
  public String words() {
    return words;
  }
}
