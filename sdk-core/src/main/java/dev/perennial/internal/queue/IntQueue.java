package dev.perennial.internal.queue;

/** A queue of numbers without an object for each. Not thread-safe. */
final class IntQueue {
  private static final int FIRST_CAPACITY = 16; // A power of two, as every capacity.

  private int[] ring = new int[0];
  private int first;
  private int size;

  void addLast(int number) {
    if (size == ring.length) {
      grow();
    }
    ring[(first + size) & (ring.length - 1)] = number;
    size++;
  }

  private void grow() {
    int[] larger = new int[Math.max(FIRST_CAPACITY, 2 * ring.length)];
    for (int i = 0; i < size; i++) {
      larger[i] = ring[(first + i) & (ring.length - 1)];
    }
    ring = larger;
    first = 0;
  }

  /** Removes the first number, of which there is one. */
  int removeFirst() {
    int number = ring[first];
    first = (first + 1) & (ring.length - 1);
    size--;
    return number;
  }

  void clear() {
    first = 0;
    size = 0;
  }
}
