package dev.perennial.cli.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8 up to a maximum size. A line ends with LF or CRLF, or at the end of the
 * input.
 */
final class BoundedLineReader {

  /**
   * A line.
   *
   * @param text of the line without its terminator; only the beginning when it is not complete
   * @param isComplete false when the line exceeded the maximum size
   */
  record Line(String text, boolean isComplete) {}

  private final InputStream input;
  private final int maxBytes;

  BoundedLineReader(InputStream input, int maxBytes) {
    this.input = new BufferedInputStream(input);
    this.maxBytes = maxBytes;
  }

  /** Waits for the next line; returns null at the end of the input. */
  @Nullable Line next() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean isComplete = true;
    int next = input.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (bytes.size() < maxBytes) {
        bytes.write(next);
      } else {
        isComplete = false;
      }
      next = input.read();
    }
    String text = bytes.toString(UTF_8);
    return new Line(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text, isComplete);
  }
}
