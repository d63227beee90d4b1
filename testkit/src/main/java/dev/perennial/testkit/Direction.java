package dev.perennial.testkit;

/**
 * The direction of bytes through a {@link ChaosProxy}.
 *
 * @since 0.1.0
 */
public enum Direction {
  /** What the client sends: requests. */
  TO_SERVER,
  /** What the client receives: answers. */
  TO_CLIENT;
}
