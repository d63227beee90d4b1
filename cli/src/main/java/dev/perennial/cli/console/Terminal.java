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

/** Where the command line reads and writes, and what may be written there. Text is UTF-8. */
public final class Terminal {
  /** The launcher names the streams that are a terminal here; Java cannot tell them apart. */
  public static final String PROPERTY = "perennial.terminal";

  private final InputStream input;
  private final OutputStream output;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean isOutTerminal;
  private final TextStyle outStyle;
  private final TextStyle errStyle;

  private Terminal(
      InputStream input,
      OutputStream output,
      OutputStream errors,
      Set<String> terminals,
      boolean isColourAllowed) {
    this.input = input;
    this.output = output;
    this.out = new PrintStream(output, true, UTF_8);
    this.err = new PrintStream(errors, true, UTF_8);
    this.isOutTerminal = terminals.contains("out");
    this.outStyle = style(isColourAllowed && isOutTerminal);
    this.errStyle = style(isColourAllowed && terminals.contains("err"));
  }

  private static TextStyle style(boolean isColoured) {
    return isColoured ? TextStyle.ANSI : TextStyle.PLAIN;
  }

  /** The process's own. */
  public static Terminal ofProcess() {
    // System.out would replace what the locale lacks by question marks, and hide a broken pipe.
    return of(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        System.getProperty(PROPERTY),
        System.getenv());
  }

  /**
   * @param terminals which of {@code out} and {@code err} are a terminal, parted by commas; null
   *     for none
   */
  public static Terminal of(
      InputStream input,
      OutputStream output,
      OutputStream errors,
      @Nullable String terminals,
      Map<String, String> environment) {
    boolean isDumb = "dumb".equals(environment.get("TERM"));
    // https://no-color.org: present and not empty.
    boolean isColourAllowed = environment.getOrDefault("NO_COLOR", "").isEmpty();
    Set<String> named = terminals == null || isDumb ? Set.of() : Set.of(terminals.split(","));
    return new Terminal(input, output, errors, named, isColourAllowed);
  }

  /** Standard input. A read from it cannot be ended. */
  public InputStream input() {
    return input;
  }

  /** Standard output without a buffer; a write fails when nobody reads any more. */
  public OutputStream output() {
    return output;
  }

  /** Standard output for text; what cannot be written is dropped. */
  public PrintStream out() {
    return out;
  }

  public PrintStream err() {
    return err;
  }

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
