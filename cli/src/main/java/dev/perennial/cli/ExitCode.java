package dev.perennial.cli;

/** What the process ends with, as the help texts document it. */
final class ExitCode {
  static final int OK = 0;

  /** An event was lost or doubled, or a stream or its cursor file failed after it was open. */
  static final int FAILED = 1;

  static final int USAGE = 2;

  /** The stream could not be opened in the first place, or its cursor file not be used. */
  static final int NOT_OPENED = 3;

  /** 128 and the number of SIGINT: what shells and the JVM itself make of Ctrl-C. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
