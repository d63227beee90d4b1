package dev.perennial.json;

import dev.perennial.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the text of one field of a JSON payload: the cursor, the id, a number. Made by {@link
 * Json#field}.
 *
 * <p>It reads the payload's bytes directly, stops at the field and builds no tree, so that errors
 * after the field are not noticed. If an object has a name twice, the first one counts. It may be
 * used by any number of threads.
 *
 * @since 0.1.0
 */
public final class JsonField implements Function<Payload, @Nullable String> {

  /** As deep as Jackson's own limit, so that a decoder and a field agree. */
  private static final int MAX_DEPTH = 1_000;

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

  private JsonField(String pointer, List<Step> steps) {
    this.pointer = pointer;
    this.steps = steps;
  }

  static JsonField of(String pointer) {
    List<Step> steps = new ArrayList<>();
    if (!pointer.isEmpty()) {
      if (pointer.charAt(0) != '/') {
        throw refused(pointer, "be empty or start with /");
      }
      for (String escaped : pointer.substring(1).split("/", -1)) {
        steps.add(new Step(unescaped(pointer, escaped)));
      }
    }
    return new JsonField(pointer, List.copyOf(steps));
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

  /** Returns the JSON pointer (RFC 6901) of this field. */
  public String pointer() {
    return pointer;
  }

  /**
   * Returns the text of the field: a string's characters; a number, a boolean, an object or an
   * array as it is written.
   *
   * @return null when there is no such field, it is null, or the payload up to its end is not JSON
   */
  @Override
  public @Nullable String apply(Payload payload) {
    return new JsonScanner(MAX_DEPTH)
        .readUpTo(payload.array(), payload.offset(), payload.length(), this);
  }

  List<Step> steps() {
    return steps;
  }

  @Override
  public String toString() {
    return "field(\"" + pointer + "\")";
  }
}
