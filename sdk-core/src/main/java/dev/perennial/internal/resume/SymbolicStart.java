package dev.perennial.internal.resume;

import java.util.Locale;
import java.util.Set;

/**
 * Recognises a start that means "now" to the server. It says another place each time that it is
 * sent, so it is no position in the stream.
 */
public final class SymbolicStart {
  private static final Set<String> WORDS =
      Set.of("now", "new", "newest", "latest", "last", "live", "tail", "end", "none", "$");

  private SymbolicStart() {}

  /** Whether {@code start} is such a word, in any case. */
  public static boolean isSymbolic(String start) {
    return WORDS.contains(start.toLowerCase(Locale.ROOT));
  }
}
