package dev.perennial.internal.resume;

import org.jspecify.annotations.Nullable;

/**
 * The ids that were delivered last, and which connection brought each: a ring in order of arrival
 * with an open-addressing hash index over it. Allocates nothing after it was made. Used by the
 * engine thread only.
 */
public final class RecentIds {

  /** What an id turned out to be. */
  public enum Sighting {
    /** It is not among the recent ids. */
    NEW,
    /** An earlier connection brought it. */
    REPLAYED,
    /** This connection has brought it before. */
    REPEATED
  }

  private final @Nullable String[] ids;
  private final long[] connections;

  /** Mixed hashes of the ids, which lie scattered over the heap, far from each other. */
  private final int[] hashes;

  /** The slots of the index: 0 is empty, otherwise one more than a place in the ring. */
  private final int[] index;

  private final int mask;
  private int next;

  /** Creates an empty window of {@code size} ids. */
  public RecentIds(int size) {
    ids = new String[size];
    connections = new long[size];
    hashes = new int[size];
    int slots = Integer.highestOneBit(Math.max(1, 2 * size - 1)) << 1;
    index = new int[slots];
    mask = slots - 1;
  }

  /** Looks an id up. A replayed one counts as brought by {@code connection} from now on. */
  public Sighting look(String id, long connection) {
    int place = placeOf(id);
    if (place < 0) {
      return Sighting.NEW;
    }
    if (connections[place] == connection) {
      return Sighting.REPEATED;
    }
    connections[place] = connection;
    return Sighting.REPLAYED;
  }

  /** Adds an id that {@link #look} found to be new; drops the oldest one when all are taken. */
  public void add(String id, long connection) {
    if (ids[next] != null) {
      remove(next);
    }
    ids[next] = id;
    connections[next] = connection;
    hashes[next] = hashOf(id);
    int slot = hashes[next] & mask;
    while (index[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    index[slot] = next + 1;
    next = next + 1 == ids.length ? 0 : next + 1;
  }

  /** Returns the id's place in the ring; -1 when it is not there. */
  private int placeOf(String id) {
    int hash = hashOf(id);
    int slot = hash & mask;
    while (index[slot] != 0) {
      int place = index[slot] - 1;
      if (hashes[place] == hash && id.equals(ids[place])) {
        return place;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private static int hashOf(String id) {
    int hash = id.hashCode() * 0x9E3779B9; // Fibonacci hashing: decimal ids differ in few bits.
    return hash ^ (hash >>> 16);
  }

  /** Removes a place from the index and moves up what probed past it, so that no lookup fails. */
  private void remove(int place) {
    int hole = hashes[place] & mask;
    while (index[hole] != place + 1) {
      hole = (hole + 1) & mask;
    }
    int probe = (hole + 1) & mask;
    while (index[probe] != 0) {
      int wanted = hashes[index[probe] - 1] & mask;
      if (((probe - wanted) & mask) >= ((probe - hole) & mask)) {
        index[hole] = index[probe];
        hole = probe;
      }
      probe = (probe + 1) & mask;
    }
    index[hole] = 0;
  }
}
