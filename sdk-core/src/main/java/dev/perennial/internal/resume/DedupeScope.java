package dev.perennial.internal.resume;

/** Which repeated ids are suppressed. */
public enum DedupeScope {
  /** None. */
  NOTHING,
  /** Those that an earlier connection delivered. */
  REPLAYS,
  /** All that are among the recent ones. */
  EVERYWHERE
}
