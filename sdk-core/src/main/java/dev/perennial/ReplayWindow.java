package dev.perennial;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last ids that were delivered, and which connection brought each: a ring in order of arrival
 * with an open-addressing hash index over it. It allocates nothing after it was made. Touched by
 * the engine's thread alone.
 */
final class ReplayWindow {

  /** What an id turned out to be. */
  enum Sighting {
    NEW,
    /** An earlier connection brought it. */
    REPLAYED,
    /** This connection has brought it before. */
    REPEATED
  }

  private final @Nullable String[] ids;
  private final long[] connections;

  /** Slots of the index: 0 is empty, else one more than a place in the ring. */
  private final int[] index;

  private final int mask;
  private int next;

  ReplayWindow(int size) {
    ids = new String[size];
    connections = new long[size];
    int slots = Integer.highestOneBit(Math.max(1, 2 * size - 1)) << 1;
    index = new int[slots];
    mask = slots - 1;
  }

  /** Looks an id up. A replayed one counts as brought by {@code connection} from now on. */
  Sighting look(String id, long connection) {
    int place = index[slotOf(id)] - 1;
    if (place < 0) {
      return Sighting.NEW;
    }
    if (connections[place] == connection) {
      return Sighting.REPEATED;
    }
    connections[place] = connection;
    return Sighting.REPLAYED;
  }

  /** Adds an id that {@link #look} found to be new; the oldest one leaves when all are taken. */
  void add(String id, long connection) {
    String oldest = ids[next];
    if (oldest != null) {
      remove(slotOf(oldest));
    }
    ids[next] = id;
    connections[next] = connection;
    index[slotOf(id)] = next + 1;
    next = next + 1 == ids.length ? 0 : next + 1;
  }

  /** The slot that holds the id, or the empty one where it belongs. */
  private int slotOf(String id) {
    int slot = home(id);
    while (index[slot] != 0 && !id.equals(ids[index[slot] - 1])) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private int home(String id) {
    int hash = id.hashCode() * 0x9E3779B9; // Fibonacci hashing: decimal ids differ in few bits.
    return (hash ^ (hash >>> 16)) & mask;
  }

  /** Empties a slot and moves up what probed past it, so that no lookup ends too early. */
  private void remove(int slot) {
    int hole = slot;
    int probe = (hole + 1) & mask;
    while (index[probe] != 0) {
      int wanted = home(Objects.requireNonNull(ids[index[probe] - 1]));
      if (((probe - wanted) & mask) >= ((probe - hole) & mask)) {
        index[hole] = index[probe];
        hole = probe;
      }
      probe = (probe + 1) & mask;
    }
    index[hole] = 0;
  }
}
