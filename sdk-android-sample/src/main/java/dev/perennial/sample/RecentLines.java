package dev.perennial.sample;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The last lines, oldest first. For the main thread. */
final class RecentLines {
  private final int capacity;
  private final ArrayDeque<Line> lines;

  RecentLines(int capacity) {
    this.capacity = capacity;
    this.lines = new ArrayDeque<>(capacity);
  }

  void add(Line line) {
    if (lines.size() == capacity) {
      lines.removeFirst();
    }
    lines.addLast(line);
  }

  /** Returns a copy, which a screen can show while more lines arrive. */
  List<Line> copy() {
    return new ArrayList<>(lines);
  }
}
