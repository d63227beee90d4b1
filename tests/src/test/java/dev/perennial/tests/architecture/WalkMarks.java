package dev.perennial.tests.architecture;

/** Where a walk begins and ends: {@link WalkTracer} stops the program at these calls. */
final class WalkMarks {
  private WalkMarks() {}

  static void begin(String walk) {}

  static void end() {}
}
