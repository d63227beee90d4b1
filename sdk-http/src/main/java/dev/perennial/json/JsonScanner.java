package dev.perennial.json;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks that bytes are a JSON value (RFC 8259) in UTF-8, and finds a field on the way: one pass
 * over the bytes, which allocates nothing but the text of the field.
 *
 * <p>Values that lead nowhere are skipped by a loop, so that nesting costs no stack; only the steps
 * of the pointer recurse. Bytes outside ASCII occur in strings alone, so they are checked there.
 *
 * <p>Internal: shared by the transports of this library. Applications should not use it. Not
 * thread-safe; one object serves any number of texts, one after the other.
 *
 * @since 0.1.0
 */
public final class JsonScanner {
  private static final int NONE = -1;

  /** The way to the field; null to find none. */
  private final @Nullable List<JsonPointer.Step> steps;

  private final int maxDepth;

  private final JsonText text = new JsonText();

  // The open objects (bits that are set) and arrays (others): the outer 64, and those within them.
  private int depth;
  private long outerKinds;
  private @Nullable BitSet innerKinds;

  // Where the field was found; NONE until it is.
  private int foundFrom;
  private int foundTo;

  /** Whether what follows the field is not read. */
  private boolean stopsAtField;

  /** The arrays being read of which the last element counts: a field in them may not be it yet. */
  private int openLastArrays;

  /** Returns a scanner that finds no field, of values of at most so many levels. */
  public static JsonScanner ofValues(int maxDepth) {
    return new JsonScanner(null, maxDepth);
  }

  JsonScanner(@Nullable JsonPointer field, int maxDepth) {
    this.steps = field == null ? null : field.steps();
    this.maxDepth = maxDepth;
  }

  /**
   * Reads a text to its end.
   *
   * @return the text of the field; null if there is none, or it is null
   * @throws IOException if it is not exactly one value; the message shows nothing of it
   */
  public @Nullable String readWhole(byte[] bytes, int from, int length) throws IOException {
    begin(bytes, from, length, false);
    try {
      int at = text.blanks(text.start());
      if (at == text.end()) {
        throw new NotJsonException("it is blank instead of a JSON value");
      }
      at = text.blanks(steps == null ? skip(at) : find(steps, 0, at));
      if (at < text.end()) {
        throw new NotJsonException("there is more after its JSON value");
      }
      return found();
    } finally {
      text.forget();
    }
  }

  /**
   * Reads a text up to a field.
   *
   * @return the text of the field; null if there is none, it is null, or what was read is not JSON
   */
  @Nullable String readUpTo(byte[] bytes, int from, int length) {
    begin(bytes, from, length, true);
    try {
      int at = text.blanks(text.afterMark());
      int unused = steps == null ? skip(at) : find(steps, 0, at);
      return found();
    } catch (NotJsonException e) {
      return null; // If it is an event, its decoder reports that.
    } finally {
      text.forget();
    }
  }

  private void begin(byte[] bytes, int from, int length, boolean isOverAtField) {
    text.begin(bytes, from, length);
    depth = 0;
    foundFrom = NONE;
    openLastArrays = 0;
    stopsAtField = isOverAtField;
  }

  // ---- The field ----

  /**
   * Reads the value at {@code at}, and finds what the steps from {@code number} on lead to in it.
   *
   * @return the index after the value, or after what was read of it
   */
  private int find(List<JsonPointer.Step> steps, int number, int at) throws NotJsonException {
    if (number == steps.size()) {
      int after = skip(at);
      foundFrom = at;
      foundTo = after;
      return after;
    }
    int first = text.byteAt(at);
    if (first == '{') {
      return findInObject(steps, number, at);
    }
    return first == '[' ? findInArray(steps, number, at) : skip(at);
  }

  private int findInObject(List<JsonPointer.Step> steps, int number, int at)
      throws NotJsonException {
    byte[] name = steps.get(number).name();
    boolean isPassed = false; // The first member of that name counts, whatever it holds.
    open(true, at);
    int next = text.blanks(at + 1);
    if (text.byteAt(next) == '}') {
      return closed(next);
    }
    while (true) {
      int colon = text.string(next);
      boolean isIt = !isPassed && text.isName(next + 1, colon - 1, name);
      next = text.value(colon);
      isPassed |= isIt;
      next = text.blanks(isIt ? find(steps, number + 1, next) : skip(next));
      if (isOver()) {
        return next;
      }
      if (text.byteAt(next) != ',') {
        return closed(text.expect('}', next));
      }
      next = text.blanks(next + 1);
    }
  }

  private int findInArray(List<JsonPointer.Step> steps, int number, int at)
      throws NotJsonException {
    JsonPointer.Step step = steps.get(number);
    open(false, at);
    int next = text.blanks(at + 1);
    if (text.byteAt(next) == ']') {
      return closed(next);
    }
    openLastArrays += step.isLast() ? 1 : 0;
    for (int index = 0; ; index++) {
      if (step.isLast()) {
        foundFrom = NONE; // What an earlier element had.
      }
      boolean isIt = step.isLast() || step.index() == index;
      next = text.blanks(isIt ? find(steps, number + 1, next) : skip(next));
      if (isOver()) {
        return next;
      }
      if (text.byteAt(next) != ',') {
        openLastArrays -= step.isLast() ? 1 : 0;
        return closed(text.expect(']', next));
      }
      next = text.blanks(next + 1);
    }
  }

  private boolean isOver() {
    return stopsAtField && foundFrom != NONE && openLastArrays == 0;
  }

  private @Nullable String found() {
    return foundFrom == NONE ? null : text.of(foundFrom, foundTo);
  }

  // ---- Values ----

  /**
   * Passes over the value at {@code from}.
   *
   * @return the index after it
   */
  private int skip(int from) throws NotJsonException {
    int outer = depth;
    int at = from;
    while (true) {
      switch (text.byteAt(at)) {
        case '{' -> {
          open(true, at);
          at = text.blanks(at + 1);
          if (text.byteAt(at) != '}') {
            at = text.value(text.string(at));
            continue;
          }
          at = closed(at);
        }
        case '[' -> {
          open(false, at);
          at = text.blanks(at + 1);
          if (text.byteAt(at) != ']') {
            continue;
          }
          at = closed(at);
        }
        default -> at = text.scalar(at);
      }
      // After a value: all that end here, up to the next of an object or array that goes on.
      while (depth > outer) {
        boolean isObject = isInObject();
        at = text.blanks(at);
        if (text.byteAt(at) == ',') {
          at = text.blanks(at + 1);
          at = isObject ? text.value(text.string(at)) : at;
          break;
        }
        at = closed(text.expect(isObject ? '}' : ']', at));
      }
      if (depth == outer) {
        return at;
      }
    }
  }

  // ---- Objects and arrays ----

  private void open(boolean isObject, int at) throws NotJsonException {
    if (depth == maxDepth) {
      throw text.expected("at most " + maxDepth + " levels", at);
    }
    if (depth >= Long.SIZE) {
      innerKinds = innerKinds == null ? new BitSet() : innerKinds;
      innerKinds.set(depth - Long.SIZE, isObject);
    } else if (isObject) {
      outerKinds |= 1L << depth;
    } else {
      outerKinds &= ~(1L << depth);
    }
    depth++;
  }

  /** Closes the innermost object or array, whose last byte is at {@code at}. */
  private int closed(int at) {
    depth--;
    return at + 1;
  }

  private boolean isInObject() {
    int innermost = depth - 1;
    if (innermost >= Long.SIZE && innerKinds != null) {
      return innerKinds.get(innermost - Long.SIZE);
    }
    return (outerKinds & (1L << innermost)) != 0;
  }
}
