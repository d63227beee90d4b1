package dev.perennial.internal.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.internal.resume.RecentIds.Sighting;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentIdsTest {

  @Test
  void tellsNewFromReplayedFromRepeated() {
    RecentIds window = new RecentIds(2);
    add(window, "a", 7, 1);

    assertEquals(Sighting.NEW, window.look("b", 7, 1));
    assertEquals(Sighting.REPEATED, window.look("a", 7, 1));
    assertEquals(Sighting.REPEATED, window.look("a", 8, 1));
    assertEquals(Sighting.CHANGED, window.look("a", 8, 2));
    assertEquals(Sighting.REPLAYED, window.look("a", 7, 2));
    assertEquals(Sighting.REPEATED, window.look("a", 7, 2));
  }

  @Test
  void changedContentCountsOnceItWasAdded() {
    RecentIds window = new RecentIds(2);
    add(window, "a", 7, 1);

    assertEquals(Sighting.CHANGED, window.look("a", 8, 2));
    assertEquals(Sighting.CHANGED, window.look("a", 8, 2));
    window.add();

    assertEquals(Sighting.REPEATED, window.look("a", 8, 2));
    assertEquals(Sighting.REPLAYED, window.look("a", 8, 3));
    assertEquals(Sighting.CHANGED, window.look("a", 7, 4));
  }

  @Test
  void clearForgetsAllAlsoWhatWasLookedUp() {
    RecentIds window = new RecentIds(3);
    add(window, "a", 0, 1);
    add(window, "b", 0, 1);
    window.look("b", 0, 2);

    window.clear();
    window.add();

    assertEquals(Sighting.NEW, window.look("a", 0, 2));
    assertEquals(Sighting.REPEATED, window.look("b", 0, 2));
    for (int i = 0; i < 10; i++) {
      add(window, "id " + i, 0, 2);
    }
    assertEquals(Sighting.NEW, window.look("b", 0, 2));
  }

  private static void add(RecentIds window, String id, long content, long connection) {
    window.look(id, content, connection);
    window.add();
  }

  @Test
  void forgetsTheOldest() {
    RecentIds window = new RecentIds(2);
    add(window, "a", 0, 1);
    add(window, "b", 0, 1);
    add(window, "c", 0, 1);

    assertEquals(Sighting.NEW, window.look("a", 0, 2));
    assertEquals(Sighting.REPLAYED, window.look("b", 0, 2));
    assertEquals(Sighting.REPLAYED, window.look("c", 0, 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 100, 1_024})
  void behavesLikeALinkedHashMap(int size) {
    for (int seed = 0; seed < 20; seed++) {
      compareWithModel(size, seed, Ids.DECIMAL);
      compareWithModel(size, seed, Ids.COLLIDING);
    }
  }

  private static void compareWithModel(int size, long seed, Ids ids) {
    Random random = new Random(seed);
    RecentIds window = new RecentIds(size);
    Model model = new Model(size);
    long connection = 1;
    for (int step = 0; step < 5_000; step++) {
      connection += random.nextInt(10) == 0 ? 1 : 0;
      String id = ids.id(random.nextInt(2 * size + 2));
      String where = "size " + size + ", seed " + seed + ", " + ids + ", step " + step;

      Sighting expected = model.look(id, connection);
      assertEquals(expected, window.look(id, 0, connection), where);
      if (expected == Sighting.NEW && random.nextInt(5) > 0) {
        model.add(id, connection);
        window.add();
      }
    }
  }

  private enum Ids {
    DECIMAL {
      @Override
      String id(int number) {
        return Integer.toString(number);
      }
    },
    /** All with the same hash: every one probes past the others. */
    COLLIDING {
      @Override
      String id(int number) {
        int bits = number;
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
          parts.add((bits & 1) == 0 ? "Aa" : "BB");
          bits >>= 1;
        }
        return String.join("", parts);
      }
    };

    abstract String id(int number);
  }

  /** The same in ten lines, with garbage. */
  private static final class Model {
    private final int size;
    private final Map<String, Long> connections = new LinkedHashMap<>();

    Model(int size) {
      this.size = size;
    }

    Sighting look(String id, long connection) {
      Long last = connections.replace(id, connection);
      if (last == null) {
        return Sighting.NEW;
      }
      return last == connection ? Sighting.REPEATED : Sighting.REPLAYED;
    }

    void add(String id, long connection) {
      connections.put(id, connection);
      if (connections.size() > size) {
        Iterator<String> oldest = connections.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    }
  }
}
