package dev.perennial.internal.resume;

import java.util.Arrays;

/**
 * The ids that were delivered last, each with its content and the connection that brought it: a
 * ring in order of arrival with an open-addressing hash index over it. It holds {@linkplain
 * Fingerprint hashes} only, and allocates nothing after it was made. Used by the engine thread
 * only.
 *
 * <p>{@link #look} tells what an event is; when it turns out to be delivered, {@link #add} follows.
 */
public final class RecentIds {

  /** What an id turned out to be. */
  public enum Sighting {
    /** It is not among the recent ids. */
    NEW,
    /** An earlier connection brought it with the same content. */
    REPLAYED,
    /** An earlier connection brought it with other content. */
    CHANGED,
    /** This connection has brought it before. */
    REPEATED
  }

  private static final int NOWHERE = -1;

  private final long[] ids;
  private final long[] contents;
  private final long[] connections;

  /** The slots of the index: 0 is empty, otherwise one more than a place in the ring. */
  private final int[] index;

  private final int mask;
  private int size;
  private int next;

  // What was looked up last, and its place in the ring.
  private long id;
  private long content;
  private long connection;
  private int place = NOWHERE;

  /** Creates an empty window of {@code capacity} ids. */
  public RecentIds(int capacity) {
    ids = new long[capacity];
    contents = new long[capacity];
    connections = new long[capacity];
    int slots = Integer.highestOneBit(Math.max(1, 2 * capacity - 1)) << 1;
    index = new int[slots];
    mask = slots - 1;
  }

  /**
   * Looks an event up. A replayed one counts as brought by {@code itsConnection} from now on.
   *
   * @param itsId its id
   * @param itsContent the hash of its content
   */
  public Sighting look(String itsId, long itsContent, long itsConnection) {
    id = Fingerprint.of(itsId);
    content = itsContent;
    connection = itsConnection;
    place = placeOf(id);
    if (place == NOWHERE) {
      return Sighting.NEW;
    }
    if (connections[place] == connection) {
      return Sighting.REPEATED;
    }
    if (contents[place] != content) {
      return Sighting.CHANGED;
    }
    connections[place] = connection;
    return Sighting.REPLAYED;
  }

  /** Adds what was looked up last; drops the oldest id when all places are taken. */
  public void add() {
    if (place == NOWHERE) {
      place = newPlace();
    }
    contents[place] = content;
    connections[place] = connection;
  }

  /** Whether an id is among the recent ones. */
  public boolean contains(String itsId) {
    return placeOf(Fingerprint.of(itsId)) != NOWHERE;
  }

  /** Forgets all ids. */
  public void clear() {
    Arrays.fill(index, 0);
    size = 0;
    next = 0;
    place = NOWHERE;
  }

  private int newPlace() {
    int added = next;
    if (size == ids.length) {
      remove(added);
    } else {
      size++;
    }
    ids[added] = id;
    int slot = slotOf(id);
    while (index[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    index[slot] = added + 1;
    next = added + 1 == ids.length ? 0 : added + 1;
    return added;
  }

  /** Returns the id's place in the ring. */
  private int placeOf(long wanted) {
    int slot = slotOf(wanted);
    while (index[slot] != 0) {
      int found = index[slot] - 1;
      if (ids[found] == wanted) {
        return found;
      }
      slot = (slot + 1) & mask;
    }
    return NOWHERE;
  }

  private int slotOf(long hash) {
    return (int) hash & mask;
  }

  /** Removes a place from the index and moves up what probed past it, so that no lookup fails. */
  private void remove(int removed) {
    int hole = slotOf(ids[removed]);
    while (index[hole] != removed + 1) {
      hole = (hole + 1) & mask;
    }
    int probe = (hole + 1) & mask;
    while (index[probe] != 0) {
      int wanted = slotOf(ids[index[probe] - 1]);
      if (((probe - wanted) & mask) >= ((probe - hole) & mask)) {
        index[hole] = index[probe];
        hole = probe;
      }
      probe = (probe + 1) & mask;
    }
    index[hole] = 0;
  }
}
