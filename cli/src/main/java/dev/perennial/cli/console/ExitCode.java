package dev.perennial.cli.console;

/** What the process ends with, as the help texts document it. */
public final class ExitCode {
  public static final int OK = 0;

  /** An event was lost or doubled, or a stream or its cursor file failed after it was open. */
  public static final int FAILED = 1;

  public static final int USAGE = 2;

  /** The stream could not be opened in the first place, or its cursor file not be used. */
  public static final int NOT_OPENED = 3;

  /** 128 and the number of SIGINT: what shells and the JVM itself make of Ctrl-C. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
