package dev.perennial.http.internal.message;

/**
 * Limits what compressed bytes inflate to. A few bytes on the wire can inflate to very many, which
 * a hostile server could exhaust the memory with.
 */
public final class InflationLimit {

  /** So many bytes may come from however few. */
  public static final long FREE_BYTES = 1024 * 1024;

  /** How many times the bytes of the wire may be inflated to, above {@link #FREE_BYTES}. */
  public static final int MAX_RATIO = 100;

  private InflationLimit() {}

  public static boolean isExceeded(long inflatedBytes, long wireBytes) {
    return inflatedBytes > FREE_BYTES && inflatedBytes > MAX_RATIO * wireBytes;
  }

  /** Returns what is wrong, as a message says it. */
  public static String describe(long inflatedBytes, long wireBytes) {
    return "Expected at most "
        + MAX_RATIO
        + " times the bytes of the wire when inflated but was at least "
        + inflatedBytes
        + " bytes from "
        + wireBytes;
  }
}
