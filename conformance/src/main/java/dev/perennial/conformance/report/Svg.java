package dev.perennial.conformance.report;

import java.util.ArrayList;
import java.util.List;

/** Draws marks and places their labels. Belongs to one thread. */
final class Svg {
  private static final double LETTER = 5.9;
  private static final double SPACE = 9; // Between labels.
  private static final double FAR = 16; // From a mark to its label.

  private final Markup out;
  private final double left;
  private final double right;
  private final List<double[]> taken = new ArrayList<>(); // From, to and row of each label.
  private final List<Label> labels = new ArrayList<>(); // Not yet written.

  private record Label(String kind, double x, double y, String anchor, String text) {}

  /**
   * Draws into an SVG element.
   *
   * @param left where labels may begin
   * @param right where labels must end
   */
  Svg(Markup out, double left, double right) {
    this.out = out;
    this.left = left;
    this.right = right;
  }

  /** Begins a mark, with a class for the style sheet and a tooltip. */
  Svg mark(String kind, String title) {
    out.open("g", "class", kind).leaf("title", title);
    return this;
  }

  Svg endMark() {
    out.close("g");
    return this;
  }

  Svg rect(double x, double y, double width, double height, double radius) {
    out.empty(
        "rect", "x", n(x), "y", n(y), "width", n(width), "height", n(height), "rx", n(radius));
    return this;
  }

  Svg circle(double x, double y, double radius) {
    out.empty("circle", "cx", n(x), "cy", n(y), "r", n(radius));
    return this;
  }

  Svg line(double x1, double y1, double x2, double y2) {
    out.empty("line", "x1", n(x1), "y1", n(y1), "x2", n(x2), "y2", n(y2));
    return this;
  }

  /** Draws a closed path of points, relative to a centre. */
  Svg shape(double x, double y, double... offsets) {
    out.empty("path", "d", path(x, y, offsets) + "Z");
    return this;
  }

  /** Draws a cross. */
  Svg cross(double x, double y, double size) {
    return line(x - size, y - size, x + size, y + size)
        .line(x - size, y + size, x + size, y - size);
  }

  private static String path(double x, double y, double... offsets) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < offsets.length; i += 2) {
      path.append(i == 0 ? 'M' : 'L').append(n(x + offsets[i])).append(' ');
      path.append(n(y + offsets[i + 1]));
    }
    return path.toString();
  }

  /** Adds the text of a lane, at a place that no label comes near. */
  Svg text(String kind, double x, double y, String text) {
    labels.add(new Label(kind, x, y, "start", text));
    return this;
  }

  /** Adds the text of a mark where it overlaps no other; otherwise the mark only has its title. */
  Svg label(String kind, double x, double y, String text) {
    double width = text.length() * LETTER;
    List<Double> places = new ArrayList<>(List.of(x - width / 2, x, x - width));
    for (double[] one : taken) {
      if (one[2] == y && one[0] - FAR < x && x < one[1] + FAR) {
        places.add(one[1] + SPACE);
        places.add(one[0] - SPACE - width);
      }
    }
    for (double from : places) {
      boolean isNear = from - FAR < x && x < from + width + FAR;
      if (isNear && from >= left && from + width <= right && isFree(from, from + width, y)) {
        taken.add(new double[] {from, from + width, y});
        return text(kind, from, y, text);
      }
    }
    return this;
  }

  /** Writes a centred label if there is space, and returns whether there was. */
  boolean centred(String kind, double x, double y, String text) {
    double half = text.length() * LETTER / 2;
    if (!isFree(x - half, x + half, y)) {
      return false;
    }
    taken.add(new double[] {x - half, x + half, y});
    labels.add(new Label(kind, x, y, "middle", text));
    return true;
  }

  /** Writes all labels, above the marks. */
  void writeLabels() {
    for (Label one : labels) {
      String x = n(one.x);
      out.leaf(
          "text", one.text, "class", one.kind, "x", x, "y", n(one.y), "text-anchor", one.anchor);
    }
    labels.clear();
  }

  private boolean isFree(double from, double to, double y) {
    return taken.stream()
        .noneMatch(one -> one[2] == y && from < one[1] + SPACE && to > one[0] - SPACE);
  }

  private static String n(double value) {
    return Markup.number(value);
  }
}
