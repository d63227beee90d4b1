package dev.perennial.cli.console;

/** The exit codes of the process, as each {@code --help} lists them. */
public final class ExitCode {
  public static final int OK = 0;

  /**
   * What the command checks is not so, or a stream or its cursor file failed after the first
   * connection.
   */
  public static final int FAILED = 1;

  public static final int USAGE = 2;

  /** The stream could not be opened, or a file, folder or port could not be used. */
  public static final int NOT_OPENED = 3;

  /** 128 plus the number of SIGINT, as shells and the JVM report Ctrl-C. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
