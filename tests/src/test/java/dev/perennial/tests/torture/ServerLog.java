package dev.perennial.tests.torture;

import dev.perennial.testkit.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A server's log: numbered events that appear as time passes, of which the last ones can be
 * replayed. A new epoch numbers its events anew and knows nothing of those before.
 *
 * <p>Ids and cursors are {@code epoch-number}.
 */
final class ServerLog {
  /** The number of an event in its epoch, from 1. */
  record Position(int epoch, int number) implements Comparable<Position> {

    static Position parse(String id) {
      int dash = id.indexOf('-');
      return new Position(
          Integer.parseInt(id.substring(0, dash)), Integer.parseInt(id.substring(dash + 1)));
    }

    Position plus(int count) {
      return new Position(epoch, number + count);
    }

    @Override
    public int compareTo(Position other) {
      return epoch != other.epoch
          ? Integer.compare(epoch, other.epoch)
          : Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
      return epoch + "-" + number;
    }
  }

  private static final long MILLI = 1_000_000;

  private final VirtualTime time;
  private final Random random;
  private final int replayable;

  /** When the events of this epoch appear: the one with number n at index n - 1. */
  private final List<Long> appearsAt = new ArrayList<>();

  private int epoch = 1;
  private boolean isComplete;

  /**
   * @param replayable how many events can be replayed
   */
  ServerLog(VirtualTime time, Random random, int replayable) {
    this.time = time;
    this.random = random;
    this.replayable = replayable;
  }

  int epoch() {
    return epoch;
  }

  /** Returns the last event that is there. */
  Position last() {
    int there = appearsAt.size();
    while (there > 0 && appearsAt.get(there - 1) > now()) {
      there--;
    }
    return new Position(epoch, there);
  }

  /** Returns the first event that can be replayed. */
  Position first() {
    return new Position(epoch, Math.max(1, last().number() - replayable + 1));
  }

  /** Returns how long it takes until an event appears; {@link Long#MAX_VALUE} for never. */
  long nanosUntil(int number) {
    while (appearsAt.size() < number && !isComplete) {
      boolean isBurst = random.nextInt(3) > 0;
      long gap = isBurst ? 0 : random.nextInt(4_000) * MILLI;
      long before = appearsAt.isEmpty() ? now() : appearsAt.get(appearsAt.size() - 1);
      appearsAt.add(before + gap);
    }
    return appearsAt.size() < number
        ? Long.MAX_VALUE
        : Math.max(0, appearsAt.get(number - 1) - now());
  }

  void beginEpoch() {
    epoch++;
    appearsAt.clear();
  }

  /** No event appears any more, except those that are there. */
  void complete() {
    int there = last().number();
    appearsAt.subList(there, appearsAt.size()).clear();
    isComplete = true;
  }

  private long now() {
    return time.elapsed().toNanos();
  }
}
