package dev.perennial.cli.conformance;

import dev.perennial.cli.console.Printable;
import java.util.ArrayList;
import java.util.List;

/** Breaks text into lines of up to 100 columns. */
final class WordWrap {
  private static final int COLUMNS = 100;

  private WordWrap() {}

  /** Returns the text in indented lines, broken at spaces where possible. */
  static List<String> lines(String text, int indent) {
    List<String> lines = new ArrayList<>();
    String margin = " ".repeat(indent);
    int width = COLUMNS - indent;
    String rest = Printable.of(text).replace('\n', ' ').strip();
    while (rest.length() > width) {
      int space = rest.lastIndexOf(' ', width);
      int end = space > 0 ? space : width;
      lines.add(margin + rest.substring(0, end));
      rest = rest.substring(end).strip();
    }
    lines.add(margin + rest);
    return lines;
  }
}
