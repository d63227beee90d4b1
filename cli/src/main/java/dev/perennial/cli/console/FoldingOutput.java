package dev.perennial.cli.console;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Breaks lines of UTF-8 text between words so that they fit into the columns of a terminal. What
 * continues a line is indented a little more than the line. A word that does not fit into any line
 * stays whole, so that it can be copied. Escape sequences take no column. Not thread-safe; the
 * {@link java.io.PrintStream} around it is.
 */
final class FoldingOutput extends FilterOutputStream {
  private static final int ESCAPE = 0x1b;
  private static final int HANGING_INDENT = 2;

  private final int columns;

  /** The bytes since the last blank, which may move to the next line, and how wide they are. */
  private final ByteArrayOutputStream word = new ByteArrayOutputStream();

  private int wordWidth;
  private int blanks; // Before the word.
  private int column; // Where the blanks begin.
  private int indent; // Of the line.
  private boolean isLineBlank = true; // So far.
  private boolean isInEscape;

  FoldingOutput(OutputStream out, int columns) {
    super(out);
    this.columns = columns;
  }

  @Override
  public void write(int b) throws IOException {
    if (isInEscape) {
      word.write(b);
      isInEscape = !Character.isLetter(b); // ECMA-48: a letter ends the sequences that we use.
    } else if (b == ESCAPE) {
      word.write(b);
      isInEscape = true;
    } else if (b == '\n' || b == '\r') {
      endWord();
      startLine(b);
    } else if (b == ' ') {
      endWord();
      blanks++;
    } else {
      word.write(b);
      wordWidth += (b & 0xc0) == 0x80 ? 0 : 1; // RFC 3629: the rest of a character.
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  private void startLine(int end) throws IOException {
    writeTrailingBlanks();
    out.write(end);
    column = 0;
    indent = 0;
    isLineBlank = true;
  }

  /** Writes the word, on the next line if it does not fit into this one. */
  private void endWord() throws IOException {
    if (word.size() == 0) {
      return;
    }
    if (isLineBlank && wordWidth > 0) {
      indent = Math.min(column + blanks, columns / 2);
      isLineBlank = false;
    } else if (blanks > 0 && column + blanks + wordWidth > columns) {
      out.write('\n');
      column = 0;
      blanks = indent + HANGING_INDENT;
    }
    writeBlanks();
    word.writeTo(out);
    column += wordWidth;
    word.reset();
    wordWidth = 0;
  }

  private void writeBlanks() throws IOException {
    for (int i = 0; i < blanks; i++) {
      out.write(' ');
    }
    column += blanks;
    blanks = 0;
  }

  /** Writes the blanks that nothing follows; those beyond the last column show nothing. */
  private void writeTrailingBlanks() throws IOException {
    blanks = Math.min(blanks, Math.max(0, columns - column));
    writeBlanks();
  }

  /** Also writes the word that has come so far. */
  @Override
  public void flush() throws IOException {
    endWord();
    writeTrailingBlanks();
    super.flush();
  }
}
