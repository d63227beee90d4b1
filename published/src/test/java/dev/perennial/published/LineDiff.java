package dev.perennial.published;

import java.util.ArrayList;
import java.util.List;

/** Compares two texts line by line. */
final class LineDiff {
  private LineDiff() {}

  /**
   * Returns what differs: removed lines after {@code -}, added lines after {@code +}, each group
   * after the closest line above it that is not indented.
   */
  static String of(List<String> before, List<String> after) {
    int[][] common = commonLines(before, after);
    List<String> diff = new ArrayList<>();
    String heading = "";
    String shownHeading = "";
    int i = 0;
    int j = 0;
    while (i < before.size() || j < after.size()) {
      boolean isSame = i < before.size() && j < after.size() && before.get(i).equals(after.get(j));
      boolean isRemoved =
          !isSame
              && i < before.size()
              && (j == after.size() || common[i + 1][j] >= common[i][j + 1]);
      String line = isSame || isRemoved ? before.get(i) : after.get(j);
      if (isHeading(line)) {
        heading = line;
      }
      if (!isSame && !line.isEmpty()) {
        if (!isHeading(line) && !heading.equals(shownHeading)) {
          diff.add("  " + heading);
        }
        shownHeading = heading;
        diff.add((isRemoved ? "- " : "+ ") + line);
      }
      i += isSame || isRemoved ? 1 : 0;
      j += isSame || !isRemoved ? 1 : 0;
    }
    return String.join("\n", diff);
  }

  private static boolean isHeading(String line) {
    return !line.isEmpty() && !line.startsWith(" ");
  }

  /** Returns how many lines, from each pair of indexes on, the texts have in common, in order. */
  private static int[][] commonLines(List<String> before, List<String> after) {
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            before.get(i).equals(after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
