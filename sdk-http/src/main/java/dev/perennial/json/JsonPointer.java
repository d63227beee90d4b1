package dev.perennial.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A way into a JSON value (RFC 6901), prepared for reading. Immutable. */
final class JsonPointer {
  private static final int NO_INDEX = -1;

  /** RFC 6901 leaves to applications what this means in an array that is read. */
  private static final String LAST = "-";

  private final String pointer;
  private final List<Step> steps;

  /** One step into an object or array. */
  static final class Step {
    private final byte[] name;
    private final int index;
    private final boolean isLast;

    private Step(String name) {
      this.name = name.getBytes(StandardCharsets.UTF_8);
      this.index = indexOf(name);
      this.isLast = name.equals(LAST);
    }

    /** The name in an object, in UTF-8. */
    byte[] name() {
      return name;
    }

    /** The index in an array; negative when the name is none. */
    int index() {
      return index;
    }

    /** Whether it is the last element of an array. */
    boolean isLast() {
      return isLast;
    }
  }

  private JsonPointer(String pointer, List<Step> steps) {
    this.pointer = pointer;
    this.steps = steps;
  }

  static JsonPointer of(String pointer) {
    List<Step> steps = new ArrayList<>();
    if (!pointer.isEmpty()) {
      if (pointer.charAt(0) != '/') {
        throw refused(pointer, "be empty or start with /");
      }
      for (String escaped : pointer.substring(1).split("/", -1)) {
        steps.add(new Step(unescaped(pointer, escaped)));
      }
    }
    return new JsonPointer(pointer, List.copyOf(steps));
  }

  /** RFC 6901, 3 and 4. */
  private static String unescaped(String pointer, String escaped) {
    for (int i = escaped.indexOf('~'); i >= 0; i = escaped.indexOf('~', i + 1)) {
      char next = i + 1 < escaped.length() ? escaped.charAt(i + 1) : ' ';
      if (next != '0' && next != '1') {
        throw refused(pointer, "have 0 or 1 after each ~");
      }
    }
    return escaped.replace("~1", "/").replace("~0", "~");
  }

  private static IllegalArgumentException refused(String pointer, String rule) {
    return new IllegalArgumentException(
        "pointer must " + rule + " (RFC 6901) but was \"" + pointer + "\"");
  }

  /** RFC 6901, 4: digits without a leading zero. No array has more elements than an int counts. */
  private static int indexOf(String name) {
    if (!name.matches("0|[1-9][0-9]{0,9}")) {
      return NO_INDEX;
    }
    long index = Long.parseLong(name);
    return index <= Integer.MAX_VALUE ? (int) index : NO_INDEX;
  }

  List<Step> steps() {
    return steps;
  }

  @Override
  public String toString() {
    return pointer;
  }
}
