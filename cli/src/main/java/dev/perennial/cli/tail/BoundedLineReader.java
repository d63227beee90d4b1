package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads lines of UTF-8, each within a limit. They end with LF or CRLF, the last perhaps not. */
final class BoundedLineReader {

  /**
   * A line without its end.
   *
   * @param text its beginning when it is not whole
   * @param isWhole whether it was within the limit
   */
  record Line(String text, boolean isWhole) {}

  private final InputStream input;
  private final int maxBytes;

  BoundedLineReader(InputStream input, int maxBytes) {
    this.input = new BufferedInputStream(input);
    this.maxBytes = maxBytes;
  }

  /** Waits for the next line; null at the end of the input. */
  @Nullable Line next() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean isWhole = true;
    int next = input.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (bytes.size() < maxBytes) {
        bytes.write(next);
      } else {
        isWhole = false;
      }
      next = input.read();
    }
    String text = bytes.toString(UTF_8);
    return new Line(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text, isWhole);
  }
}
