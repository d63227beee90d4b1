package dev.perennial.tests.torture;

import dev.perennial.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The last steps of a run, and the first promise that it broke. */
final class Trace {
  private static final int KEPT = Integer.getInteger("perennial.torture.trace", 80);

  private final VirtualTime time;
  private final Deque<Line> last = new ArrayDeque<>();
  private int steps;
  private @Nullable AssertionError broken;

  Trace(VirtualTime time) {
    this.time = time;
  }

  /** What happened and when; put into words only when somebody reads it. */
  private record Line(Duration at, Object[] parts) {
    @Override
    public String toString() {
      StringBuilder words = new StringBuilder().append(at);
      for (Object part : parts) {
        words.append(' ').append(part);
      }
      return words.toString();
    }
  }

  /** Notes one step: what a connection brought, or what the application did. */
  void step(Object... what) {
    steps++;
    note(what);
  }

  void note(Object... what) {
    if (last.size() == KEPT) {
      last.remove();
    }
    last.add(new Line(time.elapsed(), what));
  }

  int steps() {
    return steps;
  }

  /**
   * Notes a broken promise. It is thrown at the end, since the engine may catch what is thrown
   * here.
   */
  void require(boolean holds, Object... otherwise) {
    if (!holds && broken == null) {
      String words = Stream.of(otherwise).map(String::valueOf).collect(Collectors.joining(" "));
      note("BROKEN:", words);
      broken = new AssertionError(words + "\n  " + this);
    }
  }

  boolean isBroken() {
    return broken != null;
  }

  void throwIfBroken() {
    if (broken != null) {
      throw broken;
    }
  }

  @Override
  public String toString() {
    return last.stream().map(Line::toString).collect(Collectors.joining("\n  "));
  }
}
