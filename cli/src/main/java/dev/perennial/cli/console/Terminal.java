package dev.perennial.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The standard streams of a command, and how their text is styled. Text is UTF-8. */
public final class Terminal {
  /** Set by the launcher, since Java cannot tell which of its output streams are a terminal. */
  private static final String PROPERTY = "perennial.terminal";

  private static final int DEFAULT_COLUMNS = 80;
  private static final int FEWEST_COLUMNS = 20;

  /** No command prints longer lines. */
  private static final int MOST_COLUMNS = 100;

  private final InputStream input;
  private final OutputStream output;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean isOutTerminal;
  private final int columns;
  private final TextStyle outStyle;
  private final TextStyle errStyle;

  private Terminal(
      InputStream input,
      OutputStream output,
      OutputStream errors,
      Set<String> terminals,
      Map<String, String> environment) {
    boolean isDumb = "dumb".equals(environment.get("TERM"));
    // https://no-color.org: set and not empty.
    boolean isStyleAllowed = environment.getOrDefault("NO_COLOR", "").isEmpty() && !isDumb;
    boolean isOut = terminals.contains("out");
    boolean isErr = terminals.contains("err");
    int known = knownColumns(environment.get("COLUMNS"));
    this.columns = known > 0 && (isOut || isErr) ? known : DEFAULT_COLUMNS;
    this.input = input;
    this.output = output;
    this.out = new PrintStream(folded(output, isOut ? known : 0), true, UTF_8);
    this.err = new PrintStream(folded(errors, isErr ? known : 0), true, UTF_8);
    this.isOutTerminal = isOut && !isDumb;
    this.outStyle = style(isStyleAllowed && isOut);
    this.errStyle = style(isStyleAllowed && isErr);
  }

  /** Returns 0 when the number of columns is not known. */
  private static int knownColumns(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,4}")
        ? Math.max(FEWEST_COLUMNS, Integer.parseInt(text))
        : 0;
  }

  private static OutputStream folded(OutputStream output, int columns) {
    return columns > 0 && columns < MOST_COLUMNS ? new FoldingOutput(output, columns) : output;
  }

  private static TextStyle style(boolean isStyled) {
    return isStyled ? TextStyle.ANSI : TextStyle.PLAIN;
  }

  /** Returns the standard streams of the process. */
  public static Terminal ofProcess() {
    // System.out would print what the locale lacks as question marks and hide a broken pipe.
    return of(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        System.getProperty(PROPERTY),
        System.getenv());
  }

  /**
   * Returns a terminal over the given streams.
   *
   * @param terminals which of {@code out} and {@code err} are a terminal, separated by commas; null
   *     for none
   * @param environment where {@code TERM=dumb} or {@code NO_COLOR} turns styles off, and {@code
   *     COLUMNS} is how wide a terminal is
   */
  public static Terminal of(
      InputStream input,
      OutputStream output,
      OutputStream errors,
      @Nullable String terminals,
      Map<String, String> environment) {
    Set<String> named = terminals == null ? Set.of() : Set.of(terminals.split(","));
    return new Terminal(input, output, errors, named, environment);
  }

  /** Standard input. A blocked read from it cannot be cancelled. */
  public InputStream input() {
    return input;
  }

  /** Standard output, unbuffered. A write fails once the reading end of a pipe is closed. */
  public OutputStream output() {
    return output;
  }

  /** Standard output for text. Write errors are ignored. */
  public PrintStream out() {
    return out;
  }

  /** Standard error for text. Write errors are ignored. */
  public PrintStream err() {
    return err;
  }

  /** Prints an error on standard error, red on a terminal. */
  public void printError(String message) {
    err.println(errStyle.red(message));
  }

  /** Prints a warning on standard error, yellow on a terminal. */
  public void printWarning(String message) {
    err.println(errStyle.yellow(message));
  }

  /** How many columns a line may have; 80 when that is not known. */
  public int columns() {
    return columns;
  }

  /** Whether standard output is a terminal that can redraw a line. */
  public boolean isOutTerminal() {
    return isOutTerminal;
  }

  public TextStyle outStyle() {
    return outStyle;
  }

  public TextStyle errStyle() {
    return errStyle;
  }
}
