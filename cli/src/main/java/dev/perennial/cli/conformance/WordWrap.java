package dev.perennial.cli.conformance;

import dev.perennial.cli.console.Printable;
import java.util.ArrayList;
import java.util.List;

/** Sentences in lines that fit a terminal. */
final class WordWrap {
  static final int COLUMNS = 100;

  private WordWrap() {}

  /** The text in lines with an indent, broken at spaces where there are any. */
  static List<String> lines(String text, int indent) {
    List<String> lines = new ArrayList<>();
    String margin = " ".repeat(indent);
    int width = COLUMNS - indent;
    String left = Printable.of(text).replace('\n', ' ').strip();
    while (left.length() > width) {
      int space = left.lastIndexOf(' ', width);
      int end = space > 0 ? space : width;
      lines.add(margin + left.substring(0, end));
      left = left.substring(end).strip();
    }
    lines.add(margin + left);
    return lines;
  }
}
