package dev.perennial.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** Remembers the last few event types of a connection, so that a type that recurs is one string. */
final class EventTypes {
  static final int SIZE = 8;

  private final byte[][] bytes = new byte[SIZE][];
  private final @Nullable String[] names = new @Nullable String[SIZE];
  private int next;
  private int latest;

  EventTypes() {}

  /** Returns these bytes as a string. Malformed UTF-8 becomes U+FFFD. */
  String of(byte[] array, int from, int to) {
    for (int i = 0; i < SIZE; i++) {
      int slot = (latest + i) % SIZE;
      String name = names[slot];
      if (name != null && isSame(bytes[slot], array, from, to)) {
        latest = slot;
        return name;
      }
    }
    return add(array, from, to);
  }

  private String add(byte[] array, int from, int to) {
    byte[] copy = new byte[to - from];
    System.arraycopy(array, from, copy, 0, copy.length);
    String name = new String(copy, UTF_8);
    bytes[next] = copy;
    names[next] = name;
    latest = next;
    next = (next + 1) % SIZE;
    return name;
  }

  // Arrays.equals of ranges needs Android 13.
  private static boolean isSame(byte[] known, byte[] array, int from, int to) {
    if (known.length != to - from) {
      return false;
    }
    for (int i = 0; i < known.length; i++) {
      if (known[i] != array[from + i]) {
        return false;
      }
    }
    return true;
  }
}
