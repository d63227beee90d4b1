package dev.perennial.testkit;

/** The direction of bytes through a {@link ChaosProxy}. */
public enum Direction {
  /** What the client sends: requests. */
  TO_SERVER,
  /** What the client receives: answers. */
  TO_CLIENT;
}
